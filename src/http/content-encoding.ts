import { promisify } from 'node:util';
import { gunzip as gunzipWithCallback, type ZlibOptions } from 'node:zlib';
import { bodyTooLarge, RefusalError } from './errors.ts';
import { validationError } from './validation.ts';

const gunzip = promisify<Uint8Array, ZlibOptions, Buffer>(gunzipWithCallback);

const unsupported = (coding: string): RefusalError => {
  const text = `The request body is encoded as '${coding}'. Send it as it is, or as gzip.`;
  const errors = [{ field: 'Content-Encoding', message: text }];
  return new RefusalError({ status: 415, message: text, errors, headers: { 'Accept-Encoding': 'gzip, identity' } });
};

const damaged = (): RefusalError => {
  const msg = 'Input should be whole gzip, as Content-Encoding says; it is cut off, damaged or something else';
  return validationError([{ type: 'value_error', loc: ['body'], msg, input: null }]);
};

/**
 * A body without its content encoding. It inflates to no more than the limit, off this thread. Errors: 413 over the limit,
 * 415 for an encoding other than gzip, 422 for what is not whole gzip.
 */
export const decoded = async (
  bytes: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array> => {
  const codings = (encoding ?? '').split(',').map((coding) => coding.trim().toLowerCase());
  const [coding, ...more] = codings.filter((coding) => coding !== '' && coding !== 'identity');
  if (coding === undefined) return bytes;
  if ((coding !== 'gzip' && coding !== 'x-gzip') || more.length > 0) throw unsupported([coding, ...more].join(', '));
  try {
    return await gunzip(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBytes);
    if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR') throw damaged();
    throw error;
  }
};
