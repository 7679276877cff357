/** How long the stop of a server may take, once there is one. */
export class StopTime {
  #ms: number | null = null;

  get hasBegun(): boolean {
    return this.#ms !== null;
  }

  begin(ms: number): void {
    this.#ms = ms;
  }

  /** What one part of three may take of it: no more than `mostMs`. */
  share(mostMs: number): number {
    return Math.min(mostMs, (this.#ms ?? Number.POSITIVE_INFINITY) / 3);
  }
}
