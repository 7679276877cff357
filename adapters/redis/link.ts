import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { type Link, type News, newsSchema, type WindowCount } from '../../src/contract/link.ts';
import { type Scheduler, systemScheduler } from '../../src/platform/scheduler.ts';

/** How long a command may take unless told otherwise. A request waits for one: it is the most that a Redis that hangs costs it. */
const COMMAND_TIMEOUT_MS = 50;
const CONNECT_TIMEOUT_MS = 2_000;
/** Pause between two signs of life, and between two tries when the last one failed. */
const BEAT_MS = 2_000;
const DOUBT_MS = 200;
/** Signs of life in a row that fail before the connection is taken for dead: one may fail because this process was busy. */
const MOST_FAILURES = 3;
/** Pause before the connection is opened again: longer each time. */
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

export interface RedisLinkOptions {
  /** `redis://user:password@host:6379`, or `rediss://` for TLS. Redis 6 or later. */
  readonly url: string;
  /** What all keys and the channel begin with: the same at all servers of one database, another at those of others. */
  readonly prefix: string;
  /** Names this server, which does not hear what it tells itself. */
  readonly self: string;
  /** Told when the link goes down, with the reason, and when it is up again: once each time. */
  readonly onChange?: (isUp: boolean, reason: string) => void;
  readonly commandTimeoutMs?: number;
  readonly scheduler?: Scheduler;
}

/** The words of an error. Never the error itself: the driver puts the command into it, with the password if it is AUTH. */
const wordsOf = (error: unknown): string => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof message === 'string' && message !== '' ? message : String(code);
};

/**
 * One connection to Redis (RESP3, so that it can both listen and ask), which is opened again for as long as this lives. Commands
 * are refused at once unless it is `up`:
 *
 *   down --ready--> up --a command fails--> doubted --a sign of life--> up
 *    ^                                         |
 *    +---- closed, or three signs missing -----+
 */
export class RedisLink implements Link {
  readonly engine = 'redis';
  readonly #redis: Redis;
  readonly #limits: RateLimiterRedis;
  readonly #channel: string;
  readonly #self: string;
  readonly #scheduler: Scheduler;
  readonly #onChange: (isUp: boolean, reason: string) => void;
  #state: 'up' | 'doubted' | 'down' | 'closed' = 'down';
  /** What was last told of the state; null before anything was. */
  #told: boolean | null = null;
  #failures = 0;
  #reason = 'it has not answered yet';
  #cancelBeat: () => void = () => {};
  #listener: (news: News) => void = () => {};

  constructor(options: RedisLinkOptions) {
    const { url, prefix, self, onChange = () => {}, scheduler = systemScheduler } = options;
    const { commandTimeoutMs: commandTimeout = COMMAND_TIMEOUT_MS } = options;
    this.#channel = `${prefix}:news`;
    this.#self = self;
    this.#scheduler = scheduler;
    this.#onChange = onChange;
    this.#redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      commandTimeout,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      // Done here, where it is heard of when it fails.
      autoResubscribe: false,
      retryStrategy: (times) => Math.min(FIRST_RETRY_MS * times, MAX_RETRY_MS),
    });
    // Its window comes with each call, and what is too much is the caller's to say.
    const unused = { points: 1, duration: 1 };
    this.#limits = new RateLimiterRedis({ storeClient: this.#redis, keyPrefix: `${prefix}:count`, ...unused });
    this.#redis
      .on('error', (error) => {
        this.#reason = wordsOf(error);
      })
      .on('ready', () => void this.#begin())
      .on('close', () => this.#fall())
      .on('message', (_channel, text) => this.#hear(text));
    this.#redis.connect().catch((error) => this.#fall(wordsOf(error)));
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  tell(news: News): void {
    if (!this.isUp) return;
    this.#redis.publish(this.#channel, JSON.stringify({ from: this.#self, news })).catch(this.#doubt);
  }

  listen(listener: (news: News) => void): void {
    this.#listener = listener;
  }

  async count(key: string, windowS: number): Promise<WindowCount | null> {
    if (!this.isUp) return null;
    try {
      const counted = await this.#limits.penalty(key, 1, { customDuration: windowS });
      return { count: counted.consumedPoints, leftMs: counted.msBeforeNext };
    } catch (error) {
      this.#doubt(error);
      return null;
    }
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#cancelBeat();
    this.#redis.disconnect();
  }

  async #begin(): Promise<void> {
    try {
      await this.#redis.subscribe(this.#channel);
    } catch (error) {
      this.#reason = wordsOf(error);
      return this.#redis.disconnect(true);
    }
    if (this.#state === 'closed') return;
    this.#state = 'up';
    this.#failures = 0;
    this.#tell(true);
    this.#beatIn(BEAT_MS);
  }

  /** The connection is lost, or there was none. The driver opens another. */
  #fall(reason = this.#reason): void {
    if (this.#state === 'closed') return;
    this.#cancelBeat();
    this.#state = 'down';
    this.#reason = reason;
    this.#tell(false);
  }

  /** A command failed: none is sent until there is a sign of life, which is asked for at once. */
  readonly #doubt = (error: unknown): void => {
    if (this.#state !== 'up') return;
    this.#state = 'doubted';
    this.#reason = wordsOf(error);
    this.#beatIn(0);
  };

  #beatIn(delayMs: number): void {
    this.#cancelBeat();
    this.#cancelBeat = this.#scheduler.after(delayMs, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    try {
      await this.#redis.ping();
    } catch (error) {
      if (this.#state !== 'up' && this.#state !== 'doubted') return;
      this.#state = 'doubted';
      this.#reason = wordsOf(error);
      this.#failures += 1;
      if (this.#failures < MOST_FAILURES) return this.#beatIn(DOUBT_MS);
      this.#redis.disconnect(true);
      return this.#fall();
    }
    if (this.#state !== 'up' && this.#state !== 'doubted') return;
    this.#state = 'up';
    this.#failures = 0;
    this.#beatIn(BEAT_MS);
  }

  #tell(isUp: boolean): void {
    if (this.#told === isUp) return;
    this.#told = isUp;
    this.#onChange(isUp, this.#reason);
  }

  #hear(text: string): void {
    let told: { from?: unknown; news?: unknown } | null;
    try {
      told = JSON.parse(text) as typeof told;
    } catch {
      // Somebody else speaks on this channel.
      return;
    }
    const news = newsSchema.safeParse(told?.news);
    if (news.success && told?.from !== this.#self) this.#listener(news.data);
  }
}
