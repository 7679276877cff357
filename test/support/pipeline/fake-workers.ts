import type { OutboxTask } from '../../../src/contract/outbox.ts';
import type { WorkReader } from '../../../src/contract/work.ts';
import type { Embedder } from '../../../src/embedding/embedder.ts';
import { unit } from '../../../src/embedding/unit.ts';
import { type Draft, HANDLERS, type Handlers, handlersOf, readingWhole } from '../../../src/memory/kinds/handlers.ts';
import type { TaskWorker } from '../../../src/memory/worker-slots.ts';
import { systemIds } from '../../../src/platform/ids.ts';
import { WorkerDiedError } from '../../../src/platform/worker-channel.ts';

/** What a text does to the Worker that embeds it. */
export const MARKS = { throw: '<throws>', die: '<kills>', hang: '<hangs>' } as const;
export type Fate = keyof typeof MARKS;

export const DIMENSIONS = 4;
const FINGERPRINT = 'f'.repeat(64);

const never = (): Promise<never> => new Promise(() => {});

const fateIn = (text: string): Fate | null =>
  (Object.keys(MARKS) as Fate[]).find((fate) => text.includes(MARKS[fate])) ?? null;

/** Vectors that differ with the text. */
export const fakeEmbedder = (beforeEach: (text: string) => Promise<void> = async () => {}): Embedder => ({
  model: { name: 'fake', dimensions: DIMENSIONS, fingerprint: FINGERPRINT },
  embed: async (texts) => {
    for (const text of texts) await beforeEach(text);
    return texts.map((text) => {
      const sum = new Float64Array(DIMENSIONS).fill(1);
      for (const character of text) sum[(character.codePointAt(0) ?? 0) % DIMENSIONS] = (sum[0] ?? 0) + 1;
      return unit(sum);
    });
  },
  close: async () => {},
});

export interface FakeWorkersOptions {
  readonly work: WorkReader;
  /** How tasks are done, by kind; as the server does them when left out. */
  readonly handlers?: Handlers;
  readonly maxTokens?: () => number;
  /** Awaited when a Worker starts. */
  readonly beforeStart?: () => Promise<void>;
  /** Awaited before a task is begun: what it throws the task throws. */
  readonly beforeTask?: (task: OutboxTask, worker: FakeWorker) => Promise<void>;
}

/** Runs tasks as a Worker does, on this thread; may die or hang at any moment. */
export class FakeWorker implements TaskWorker {
  readonly id: number;
  /** Every task that was begun, also what came of none. */
  readonly begun: OutboxTask[] = [];
  isClosed = false;
  /** Whether it stops giving signs of life from now on, and with them answers. */
  isHung = false;
  readonly #options: FakeWorkersOptions;
  readonly #onBeat: () => void;
  #isStarted = false;
  #lives = 0;
  #running = new Set<(error: WorkerDiedError) => void>();

  constructor(id: number, onBeat: () => void, options: FakeWorkersOptions) {
    this.id = id;
    this.#onBeat = onBeat;
    this.#options = options;
  }

  /** Tasks that are at work in it. */
  get atWork(): number {
    return this.#running.size;
  }

  async start(): Promise<void> {
    if (this.#isStarted) return;
    await this.#options.beforeStart?.();
    this.#isStarted = true;
  }

  run(task: OutboxTask): Promise<Draft> {
    if (this.isClosed) return Promise.reject(new WorkerDiedError(`background ${this.id}`));
    this.begun.push(task);
    return new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        if (this.isHung && !this.isClosed) return;
        if (this.#running.delete(die)) finish();
      };
      const die = (error: WorkerDiedError): void => {
        this.#running.delete(die);
        reject(error);
      };
      this.#running.add(die);
      this.#work(task).then(
        (draft) => end(() => resolve(draft)),
        (error) => end(() => reject(error)),
      );
    });
  }

  /** Ends as a crash does: what was at work in it fails. */
  die(): void {
    this.isHung = false;
    this.#isStarted = false;
    this.#lives += 1;
    for (const fail of [...this.#running]) fail(new WorkerDiedError(`background ${this.id}`));
  }

  replace(): void {
    this.die();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.die();
  }

  /** Gives a sign of life in the middle of a task. */
  beat(): void {
    if (!this.isHung) this.#onBeat();
  }

  async #work(task: OutboxTask): Promise<Draft> {
    const { work, handlers = HANDLERS, maxTokens = () => 800, beforeTask } = this.#options;
    const life = this.#lives;
    await beforeTask?.(task, this);
    const embedder = fakeEmbedder(async (text) => {
      const fate = fateIn(text);
      if (fate === 'throw') throw new Error('This text cannot be embedded.');
      if (fate === 'die') this.die();
      if (fate) await never();
    });
    const beat = (): void => {
      if (this.#lives === life) this.beat();
    };
    const request = { task, maxTokens: maxTokens(), isOn: true };
    return handlersOf(handlers, task).make(
      request,
      readingWhole({ work, embedder, meaning: null, tagger: null, ids: systemIds, beat }),
    );
  }
}
