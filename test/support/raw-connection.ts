import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface RawConnection {
  /** Resolves when the data is on its way. */
  send(data: string | Uint8Array): Promise<void>;
  /** The next answer on this connection. Fails when the server closes it first. */
  answer(): Promise<RawAnswer>;
  /** Takes nothing more of what arrives. */
  pause(): void;
  /** Hangs up without a word. */
  hangUp(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The first whole answer in what has arrived, and what follows it; null while it is not whole. */
const takeAnswer = (arrived: Buffer): { answer: RawAnswer; rest: Buffer } | null => {
  const end = arrived.indexOf(HEAD_END);
  if (end < 0) return null;
  const [statusLine = '', ...lines] = arrived.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const bodyStart = end + HEAD_END.length;
  const bodyEnd = bodyStart + Number(headers.get('content-length') ?? 0);
  if (arrived.length < bodyEnd) return null;
  const text = arrived.subarray(bodyStart, bodyEnd).toString('utf8');
  const status = Number(statusLine.split(' ')[1]);
  return { answer: { status, headers, text }, rest: arrived.subarray(bodyEnd) };
};

/** One TCP connection on which a test writes HTTP by hand. Understands answers with a Content-Length. */
export const openConnection = async (origin: string): Promise<RawConnection> => {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));

  let arrived: Buffer = Buffer.alloc(0);
  let closed = false;
  let wake = (): void => {};
  socket.on('data', (data: Buffer) => {
    arrived = Buffer.concat([arrived, data]);
    wake();
  });
  const onEnd = (): void => {
    closed = true;
    wake();
  };
  socket.on('close', onEnd).on('end', onEnd).on('error', onEnd);

  return {
    send: (data) => new Promise((resolve) => socket.write(data, () => resolve())),
    answer: async () => {
      for (;;) {
        const taken = takeAnswer(arrived);
        if (taken) {
          arrived = taken.rest;
          return taken.answer;
        }
        if (closed) throw new Error('The server closed the connection before it answered.');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    pause: () => socket.pause(),
    hangUp: () => socket.destroy(),
  };
};
