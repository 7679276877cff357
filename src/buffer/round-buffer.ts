/** A committed round of a session: its range and its tokens. Its text stays in the store. */
export interface BufferedRound {
  readonly sessionKey: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** An estimate at first, then the exact count. */
  readonly tokens: number;
}

export interface RoundBufferLimits {
  readonly max_tokens: number;
  readonly max_size: number;
}

/**
 * The short-term buffer of one session. It counts committed rounds until they are worth a task: 800 tokens or five rounds. It
 * never holds a round whose commit failed, and losing it loses nothing, because the outbox has the ranges too.
 */
export class RoundBuffer {
  readonly #limits: () => RoundBufferLimits;
  #rounds: BufferedRound[] = [];
  #tokens = 0;

  constructor(limits: () => RoundBufferLimits) {
    this.#limits = limits;
  }

  get rounds(): readonly BufferedRound[] {
    return this.#rounds;
  }

  get tokens(): number {
    return this.#tokens;
  }

  get isEmpty(): boolean {
    return this.#rounds.length === 0;
  }

  /**
   * Takes a round. Answers the rounds that leave the buffer because of it: those before it when they exceed the limit together
   * with it, and itself when it exceeds the limit alone or fills the buffer.
   */
  add(round: BufferedRound): BufferedRound[] {
    const { max_tokens, max_size } = this.#limits();
    const moved = this.#tokens + round.tokens > max_tokens && !this.isEmpty ? this.drain() : [];
    this.#rounds.push(round);
    this.#tokens += round.tokens;
    const isFull = this.#tokens > max_tokens || this.#rounds.length >= max_size;
    return isFull ? [...moved, ...this.drain()] : moved;
  }

  /** Puts the exact count in place of an estimate. Answers the rounds that leave the buffer because of it. */
  correct(firstSequence: number, tokens: number): BufferedRound[] {
    const at = this.#rounds.findLastIndex((round) => round.firstSequence === firstSequence);
    const round = this.#rounds[at];
    if (!round) return [];
    this.#rounds[at] = { ...round, tokens };
    this.#tokens += tokens - round.tokens;
    return this.#tokens > this.#limits().max_tokens ? this.drain() : [];
  }

  /** Takes everything out. */
  drain(): BufferedRound[] {
    const rounds = this.#rounds;
    this.#rounds = [];
    this.#tokens = 0;
    return rounds;
  }
}
