/** A request as its bytes will stand on the wire: nothing is normalised, escaped or added but what is said here. */
export interface WireRequest {
  readonly method: string;
  /** The request target, taken as latin-1 so that every byte can be had. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with its true Content-Length unless `headers` names another. */
  readonly body?: string | Uint8Array;
}

export interface WireAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
  /** The body as UTF-8; fails on a body that is not. */
  text(): string;
}

/** The connection ended before the answer was complete. */
export class ConnectionLostError extends Error {
  constructor(
    /** True when every byte of the request had been handed to the kernel on an established connection. */
    readonly written: boolean,
    /** True when the answer had begun. */
    readonly begun: boolean,
  ) {
    super(`The connection ended ${begun ? 'within' : 'before'} the answer.`);
    this.name = 'ConnectionLostError';
  }
}

/** An HTTP/1.1 connection that shows what a fetch hides: what was written, and how it ended. One request at a time. */
export interface Wire {
  /** Errors: `ConnectionLostError`. */
  send(request: WireRequest): Promise<WireAnswer>;
  close(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const BODILESS = new Set([204, 304]);

const encode = (request: WireRequest, host: string): Buffer => {
  const body = Buffer.from(request.body ?? '');
  const headers = {
    Host: host,
    ...(request.body !== undefined && { 'Content-Length': String(body.length) }),
    ...request.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${request.method} ${request.target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  return Buffer.concat([head, body]);
};

/** The body of a chunked answer; null while it is incomplete. */
const dechunk = (bytes: Buffer): Buffer | null => {
  const parts: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = bytes.indexOf(LINE_END, offset);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', offset, lineEnd), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return null;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(start, start + size));
    offset = start + size + 2;
  }
};

/** The answer in what was received; null while it is incomplete. */
const decode = (received: Buffer, method: string): WireAnswer | null => {
  const end = received.indexOf(HEAD_END);
  if (end < 0) return null;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const rest = received.subarray(end + HEAD_END.length);
  const length = Number(headers.get('content-length') ?? 0);
  const isBodiless = method === 'HEAD' || BODILESS.has(status);
  const chunked = !isBodiless && headers.get('transfer-encoding') === 'chunked' ? dechunk(rest) : undefined;
  if (chunked === null || (chunked === undefined && !isBodiless && rest.length < length)) return null;
  const bytes = chunked ?? rest.subarray(0, isBodiless ? 0 : length);
  return { status, headers, bytes, text: () => new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
};

type Exchange = {
  readonly method: string;
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: ConnectionLostError) => void;
  unwritten: Buffer;
};

/** Connects to an origin such as http://127.0.0.1:8000. */
export const openWire = async (origin: string): Promise<Wire> => {
  const { hostname, port, host } = new URL(origin);
  let exchange: Exchange | null = null;
  let received: Buffer = Buffer.alloc(0);
  let open = true;

  const lose = (): void => {
    open = false;
    exchange?.reject(new ConnectionLostError(exchange.unwritten.length === 0, received.length > 0));
    exchange = null;
  };
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_socket, chunk) => {
        received = Buffer.concat([received, chunk]);
        const answer = exchange && decode(received, exchange.method);
        if (!answer) return;
        const { resolve } = exchange as Exchange;
        exchange = null;
        received = Buffer.alloc(0);
        resolve(answer);
      },
      drain: () => write(),
      close: lose,
      end: lose,
      error: lose,
    },
  });
  const write = (): void => {
    if (!exchange) return;
    exchange.unwritten = exchange.unwritten.subarray(Math.max(0, socket.write(exchange.unwritten)));
  };

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(new ConnectionLostError(false, false));
        if (exchange) throw new Error('One request at a time.');
        exchange = { method: request.method, resolve, reject, unwritten: encode(request, host) };
        write();
      }),
    close: () => {
      open = false;
      socket.end();
    },
  };
};
