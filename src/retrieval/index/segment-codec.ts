import { crc32 } from 'node:zlib';

/**
 * A segment in bytes: a checksum of all that follows, the length of a header, the header in JSON, then arrays of numbers,
 * each where its kind may lie. Little-endian, as every machine that this runs on. The checksum costs 0.1 ms for a megabyte.
 */
type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Uint8Array | Int8Array;

const KINDS = { Float64Array, Float32Array, Uint32Array, Int32Array, Uint16Array, Uint8Array, Int8Array } as const;
type KindName = keyof typeof KINDS;

const ALIGNMENT = 8;
/** The checksum and the length of the header, 32 bits each. */
const HEADER_AT = 8;
const LENGTH_AT = 4;
const aligned = (at: number): number => Math.ceil(at / ALIGNMENT) * ALIGNMENT;

interface Header<T> {
  readonly texts: T;
  readonly arrays: Readonly<Record<string, { readonly kind: KindName; readonly at: number; readonly length: number }>>;
}

/** Texts and arrays of numbers, by name, as bytes. */
export const encodeSegment = <T>(texts: T, numbers: Readonly<Record<string, Numbers>>): Uint8Array => {
  let end = 0;
  const arrays = Object.fromEntries(
    Object.entries(numbers).map(([name, array]) => {
      const at = end;
      end = aligned(end + array.byteLength);
      return [name, { kind: array.constructor.name as KindName, at, length: array.length }];
    }),
  );
  const header = new TextEncoder().encode(JSON.stringify({ texts, arrays } satisfies Header<T>));
  const start = aligned(HEADER_AT + header.length);
  const bytes = new Uint8Array(start + end);
  const view = new DataView(bytes.buffer);
  view.setUint32(LENGTH_AT, header.length, true);
  bytes.set(header, HEADER_AT);
  for (const [name, array] of Object.entries(numbers)) {
    const place = arrays[name] as { at: number };
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + place.at);
  }
  view.setUint32(0, crc32(bytes.subarray(LENGTH_AT)), true);
  return bytes;
};

/** Errors: `RangeError` for bytes that are not as `encodeSegment` made them. */
export const decodeSegment = <T, N extends Readonly<Record<string, Numbers>>>(
  stored: Uint8Array,
): { readonly texts: T; readonly numbers: N } => {
  // Arrays of numbers must lie at a multiple of their size. A slice of a Buffer would be no copy.
  const bytes = stored.byteOffset % ALIGNMENT === 0 ? stored : new Uint8Array(stored);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_AT || view.getUint32(0, true) !== crc32(bytes.subarray(LENGTH_AT))) {
    throw new RangeError(`The ${bytes.length} bytes of an index segment are not as they were written.`);
  }
  const headerEnd = HEADER_AT + view.getUint32(LENGTH_AT, true);
  const header: Header<T> = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_AT, headerEnd)));
  const start = bytes.byteOffset + aligned(headerEnd);
  const numbers = Object.fromEntries(
    Object.entries(header.arrays).map(([name, { kind, at, length: count }]) => [
      name,
      new KINDS[kind](bytes.buffer as ArrayBuffer, start + at, count),
    ]),
  );
  return { texts: header.texts, numbers: numbers as unknown as N };
};
