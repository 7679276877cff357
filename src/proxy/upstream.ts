/** The endpoint could not be asked, or did not answer. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    readonly status: 502 | 504,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Headers that are about one connection, or about who the client is to this server. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
  ...['host', 'content-length', 'content-type', 'content-encoding', 'accept-encoding'],
  ...['authorization', 'x-api-key', 'cookie', 'origin', 'referer', 'x-request-id'],
]);
const OURS = 'x-memfuse-';

/** Of an answer: what is about its connection, its encoding, which is undone, or about the endpoint's own pages. */
const NOT_RETURNED: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'content-length', 'content-encoding', 'set-cookie', 'alt-svc', 'strict-transport-security'],
]);

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  /** Below the address of the endpoint, such as `/chat/completions`. */
  readonly path: string;
  /** With the question mark; empty for none. */
  readonly search: string;
  readonly headers: Headers;
  /** The value of `Authorization` for the endpoint. */
  readonly authorization: string | null;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** An address below that of the endpoint, which may have a query string of its own. */
const addressOf = (baseUrl: string, path: string, search: string): URL => {
  const url = new URL(baseUrl);
  const base = url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : url.pathname;
  url.pathname = base + path;
  for (const [name, value] of new URLSearchParams(search)) url.searchParams.append(name, value);
  return url;
};

/** Asks the endpoint. Errors: `UpstreamError` when it cannot be reached; that of the signal. */
export const askUpstream = async (baseUrl: string, request: UpstreamRequest): Promise<Response> => {
  const { method, path, search, authorization, body, signal } = request;
  const headers = new Headers({ 'Accept-Encoding': 'identity' });
  for (const [name, value] of request.headers) {
    if (!NOT_FORWARDED.has(name) && !name.startsWith(OURS)) headers.set(name, value);
  }
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (authorization !== null) headers.set('Authorization', authorization);
  try {
    return await fetch(addressOf(baseUrl, path, search), {
      method,
      headers,
      signal,
      // A key goes where it was meant to go, and nowhere else.
      redirect: 'manual',
      // Who waits for how long is decided by `proxy.timeout_ms`.
      timeout: false,
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new UpstreamError(
      502,
      'The endpoint of proxy.base_url cannot be reached. Is it running, and is the address right?',
      error,
    );
  }
};

/** The headers of an answer that the client gets. The endpoint's own id of the request goes by another name. */
export const returnedHeaders = (headers: Headers): Headers => {
  const returned = new Headers();
  for (const [name, value] of headers) {
    if (NOT_RETURNED.has(name) || name.startsWith('access-control-')) continue;
    returned.append(name === 'x-request-id' ? 'X-Upstream-Request-Id' : name, value);
  }
  return returned;
};
