import { type ExtraHeaders, errorResponse } from './envelope.ts';
import type { Refusal } from './errors.ts';

/** Addresses whose clients are made for OpenAI's API. */
export const OPENAI_PREFIX = '/v1';

const typeOf = (status: number): string => {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
};

/** A refusal as the clients of OpenAI's API read it: in `error`, beside the keys of every other refusal. */
export const openAiError = async (refusal: Refusal, extra?: ExtraHeaders): Promise<Response> => {
  const { status, message, errors } = refusal;
  const response = errorResponse(refusal, extra);
  const error = { message: errors[0]?.message ?? message, type: typeOf(status), param: null, code: null };
  const body = { ...((await response.json()) as object), error };
  return new Response(JSON.stringify(body), { status, headers: response.headers });
};
