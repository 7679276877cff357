import { connect, createServer, type Socket } from 'node:net';

/** What stands between a server and its database, and fails as networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that are open through it. */
  readonly open: number;
  /** Breaks all connections. */
  cut(): void;
  /** From now on nothing comes through, and nobody is told: a black hole. New connections are taken, and hear nothing. */
  swallow(): void;
  /** From now on answers are held back, and what is sent comes through. */
  hush(): void;
  /** What was swallowed or held back comes through after all, as after a repair that came in time. */
  heal(): void;
  /** New connections come through; those of before stay silent for ever, as when the other side forgot them. */
  forget(): void;
  close(): Promise<void>;
}

/** @param onConnection answers who is told of all that the near side sends. */
export const startTcpProxy = async (
  targetPort: number,
  onConnection: () => (bytes: Buffer) => void = () => () => {},
): Promise<TcpProxy> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isHole = false;
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on('data', onConnection());
    for (const [from, to] of [pair, [far, near]] as const) {
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (isHole) from.pause();
    }
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port,
    get open() {
      return pairs.size;
    },
    cut,
    swallow: () => {
      isHole = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    hush: () => {
      for (const [, far] of pairs) far.pause();
    },
    heal: () => {
      isHole = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    forget: () => {
      isHole = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};
