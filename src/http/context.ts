import type { Context } from 'hono';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import type { Caller } from '../services/access.ts';
import type { Services } from '../services/services.ts';
import type { QuestionDeadlines } from './deadline.ts';

/** A file that is served as it is. */
export interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  /** Changes when the bytes do. */
  readonly digest: string;
}

/** What the HTTP layer is given to work with. */
export interface HttpDependencies {
  readonly services: Services;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly scheduler: Scheduler;
  readonly log: Log;
  /** The files of the page at /docs, by name; null for a name that is none. Read when they are first asked for. */
  readonly docsAsset: (name: string) => Promise<Uint8Array | null>;
  /** The files of the page at /console, likewise. */
  readonly consoleFile: (name: string) => Promise<StaticFile | null>;
}

/** What the server says about the connection of a request. */
export interface Connection {
  /** The peer's address, null when it is not known. Asked for only where it matters. */
  readonly address: () => string | null;
  /** Whether there are so many connections that this one must go. */
  readonly isCrowded?: () => boolean;
  /** Lets the connection be for as long as it takes, though nothing moves on it; whoever asks sees to its end. */
  readonly letRest?: () => void;
}

/** A request that is being served, and what is found out about it for the log and the numbers. */
export interface Served extends Connection {
  readonly requestId: string;
  /** The address as it is registered; null for one that is not. */
  route: string | null;
  /** The API key that it came with; null without one. */
  keyId: string | null;
  /** Who asks, when that has been found out already: for calls from within, which are counted where they came in. */
  readonly caller?: Caller;
}

export interface HttpEnv {
  Bindings: Served;
  Variables: {
    caller: Caller;
    /** Those of a question; of other requests they are never over. */
    deadlines: QuestionDeadlines;
    /** The parsed JSON body; undefined when none was sent. */
    body: unknown;
    /** What the request is counted under, where requests are counted. */
    limitKey: string | undefined;
    /** Headers for the answer, whatever it will be. */
    answerHeaders: Record<string, string> | undefined;
  };
}

export type HttpContext = Context<HttpEnv>;

/** The API as a fetch handler: a request and what is known of its connection in, an answer out. */
export type FetchHandler = (request: Request, connection: Connection) => Response | Promise<Response>;

/** The same within the edge. */
export type ServedHandler = (request: Request, served: Served) => Response | Promise<Response>;
