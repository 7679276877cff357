import type { Server } from 'bun';
import type { Door } from './descriptors.ts';

export interface ListenerOptions {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** When a connection on which nothing moves is closed, whether or not a request is being served. */
  readonly idleTimeoutS: number;
  readonly fetch: (request: Request, connection: ListenerConnection) => Promise<Response>;
}

/** The connection of a request. */
export interface ListenerConnection {
  /** The peer's address, null when it is not known. */
  readonly address: () => string | null;
  /** Lets it be though nothing moves on it, until the request is answered. */
  readonly letRest: () => void;
}

/** Pause between looks whether a request is being answered. */
const LOOK_MS = 20;
/** How long the rest of a head may take when nothing is being answered any more. */
const HALF_SENT_MS = 1_000;

/** An HTTP server that can be shut to new connections and opened again. */
export interface Listener extends Door {
  /** Such as http://127.0.0.1:8000. */
  readonly origin: string;
  /** Lets no more connections in. Resolves when all requests are answered; one whose head does not end is none. */
  stop(): Promise<void>;
  /** Breaks off what is left. */
  end(): Promise<void>;
}

/** Errors: those of the system when nothing can listen there, with their `code`. */
export const openListener = ({ hostname, port, idleTimeoutS, fetch }: ListenerOptions): Listener => {
  const serve = (at: number): Server<undefined> =>
    Bun.serve({
      hostname,
      port: at,
      // The app reads no more of a body than it takes, and refuses a larger one with an answer.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      idleTimeout: idleTimeoutS,
      fetch: (request, server) =>
        fetch(request, {
          address: () => server.requestIP(request)?.address ?? null,
          letRest: () => server.timeout(request, 0),
        }),
    });
  let server = serve(port);
  const { origin } = server.url;
  const own = server.port ?? port;
  let isShut = false;
  let isStopped = false;
  /** Servers that are shut and still answer what had been asked. */
  const shut = new Map<Server<undefined>, Promise<void>>();

  const isAnswering = (): boolean => [server, ...shut.keys()].some(({ pendingRequests }) => pendingRequests > 0);
  /** Resolves when nothing has been answered for a while. */
  const rest = async (): Promise<void> => {
    for (let looks = HALF_SENT_MS / LOOK_MS; looks > 0; looks -= 1) {
      if (isAnswering()) looks = HALF_SENT_MS / LOOK_MS;
      await Bun.sleep(LOOK_MS);
    }
  };

  return {
    origin,
    closeIdle: () => {
      server.closeIdleConnections();
    },
    shut: () => {
      if (isShut) return;
      isShut = true;
      const going = server;
      shut.set(
        going,
        going.stop().finally(() => shut.delete(going)),
      );
    },
    open: () => {
      if (!isShut || isStopped) return;
      server = serve(own);
      isShut = false;
    },
    stop: async () => {
      isStopped = true;
      await Promise.race([Promise.all([...shut.values(), server.stop()]), rest()]);
    },
    end: async () => {
      await Promise.all([...shut.keys(), server].map((one) => one.stop(true)));
    },
  };
};
