/** A task that cannot be done yet, through nobody's fault: it is tried again after a pause, and that counts as no failure. */
export class NotYet extends Error {
  readonly delayMs: number;

  constructor(message: string, delayMs: number) {
    super(message);
    this.delayMs = delayMs;
  }
}
