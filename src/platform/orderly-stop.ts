/** How long a stop lets clients hear that their connections close, so that none sends into a closed one. */
const FAREWELL_MS = 100;
/** How long it then waits for requests that are being answered. */
const REQUESTS_MS = 7_000;
/** When it ends, whatever is left to do: that is found in the outbox by the next start. */
export const STOP_MS = 9_000;

/** What a stop ends, in this order. */
export interface Stoppable {
  /** Answers those who wait for something that may be long in coming. */
  endWaits(): void;
  /** Lets no more connections in. Resolves when all requests are answered. */
  stopListening(): Promise<void>;
  /** Breaks off what is left of them. */
  breakOff(): Promise<void>;
  /** Closes everything else, within so many milliseconds. */
  close(leftMs: number): Promise<void>;
}

export interface StopTime {
  sleep(ms: number): Promise<unknown>;
  nowMs(): number;
}

const SYSTEM_TIME: StopTime = { sleep: Bun.sleep, nowMs: () => performance.now() };

/** Ends a server within `STOP_MS`, whatever hangs. Errors: those of the parts, of which the later ones are then left open. */
export const stopInOrder = async (
  { endWaits, stopListening, breakOff, close }: Stoppable,
  { sleep, nowMs }: StopTime = SYSTEM_TIME,
): Promise<void> => {
  const stopByMs = nowMs() + STOP_MS;
  endWaits();
  await sleep(FAREWELL_MS);
  await Promise.race([stopListening(), sleep(REQUESTS_MS)]);
  await Promise.race([breakOff(), sleep(stopByMs - nowMs())]);
  const leftMs = Math.max(0, stopByMs - nowMs());
  await Promise.race([close(leftMs), sleep(leftMs)]);
};
