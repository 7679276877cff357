import type { Random } from '../random.ts';
import type { ServerProcess } from '../server-process.ts';
import { ConnectionLostError, openWire, type Wire } from '../wire.ts';
import { deleteBatch, messageIds, postBatch, rewriteBatch, UnexpectedAnswerError } from './api.ts';
import type { Batch, Ledger, LedgerSession } from './ledger.ts';

/** A request whose answer never came. */
export interface Loss {
  readonly sentAt: number;
  readonly error: ConnectionLostError;
}

export interface Load {
  /** Requests answered so far. */
  readonly answered: number;
  /** Resolves when this many requests have been answered, or when every client has stopped. */
  reached(answered: number): Promise<void>;
  /** Lets each client finish the request it is at, then ends it. */
  stop(): void;
  /** Resolves when every client has ended: stopped, or cut off with the request that it was at. */
  readonly done: Promise<readonly Loss[]>;
}

export interface LoadOptions {
  readonly server: ServerProcess;
  readonly ledger: Ledger;
  readonly sessions: readonly LedgerSession[];
  readonly random: Random;
  readonly clients: number;
  /** Starts every label, so that no two loads of one ledger use the same. */
  readonly name: string;
}

const MAX_BATCH = 12;
/** Some messages are long, so that a batch is spread over many pages of the database and of its log. */
const LONG = ' and so on'.repeat(400);

const contentsOf = (label: string, version: number, size: number, random: Random): string[] =>
  Array.from({ length: size }, (_, i) => {
    return `${label} ${i} Zoë said “${label}m${i}v${version}” 🦊${random.chance(0.1) ? LONG : ''}`;
  });

/** One client: adds batches, rewrites and deletes whole batches of its own, until it is stopped or cut off. */
const createClient = (connection: Wire, name: string, { ledger, sessions, random }: LoadOptions) => {
  const own: Batch[] = [];
  let count = 0;

  const add = async (): Promise<void> => {
    const size = random.between(1, MAX_BATCH);
    const session = random.pick(sessions.filter(({ room }) => room >= size));
    if (!session) throw new Error('Every session is full. Give the load more of them.');
    count += 1;
    const label = `${name}b${count}`;
    const key = random.chance(0.5) ? `key-${label}` : null;
    const batch = ledger.begin(session, label, contentsOf(label, 0, size, random), key);
    const answer = await postBatch(connection, batch);
    if (answer.status !== 201) throw new UnexpectedAnswerError('A batch', answer);
    ledger.acknowledge(batch, messageIds(answer));
    own.push(batch);
  };
  const rewrite = async (batch: Batch): Promise<void> => {
    const contents = contentsOf(batch.label, 1, batch.contents.length, random);
    batch.possible = [...batch.possible, contents];
    const answer = await rewriteBatch(connection, batch, contents);
    if (answer.status !== 200) throw new UnexpectedAnswerError('A change', answer);
    batch.possible = [contents];
  };
  const remove = async (batch: Batch): Promise<void> => {
    batch.possible = [...batch.possible, []];
    const answer = await deleteBatch(connection, batch);
    if (answer.status !== 200) throw new UnexpectedAnswerError('A deletion', answer);
    batch.possible = [[]];
  };

  /** A batch of its own that nothing was done to yet, to do something to. */
  const take = (): Batch | undefined => own.splice(random.between(0, Math.max(0, own.length - 1)), 1)[0];

  return async (): Promise<void> => {
    const choice = random.between(1, 10);
    const batch = choice <= 2 ? take() : undefined;
    if (!batch) return add();
    return choice === 1 ? rewrite(batch) : remove(batch);
  };
};

/** Sets clients to work, each on a connection of its own that was made before the first request is sent. */
export const startLoad = async (options: LoadOptions): Promise<Load> => {
  const { server, ledger, random, name } = options;
  const connections = await Promise.all(Array.from({ length: options.clients }, () => openWire(server.origin)));
  let answered = 0;
  let stopped = false;
  let waiting: { readonly target: number; readonly resolve: () => void }[] = [];
  const wake = (count: number): void => {
    for (const { target, resolve } of waiting) if (target <= count) resolve();
    waiting = waiting.filter(({ target }) => target > count);
  };

  const run = async (connection: Wire, index: number): Promise<Loss | null> => {
    const step = createClient(connection, `${name}c${index}`, { ...options, random: random.fork() });
    while (!stopped) {
      const sentAt = ledger.tick();
      try {
        await step();
      } catch (error) {
        if (error instanceof ConnectionLostError) return { sentAt, error };
        throw error;
      }
      answered += 1;
      wake(answered);
    }
    connection.close();
    return null;
  };
  const done = Promise.all(connections.map(run)).then((losses) => losses.filter((loss) => loss !== null));
  const finished = done.finally(() => wake(Number.POSITIVE_INFINITY));

  return {
    get answered() {
      return answered;
    },
    reached: (target) =>
      new Promise((resolve) => {
        if (answered >= target) resolve();
        else waiting.push({ target, resolve });
      }),
    stop: () => {
      stopped = true;
    },
    done: finished,
  };
};
