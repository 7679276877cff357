/** Pause between two looks. */
const LOOK_MS = 20;
/** What takes a second on a machine at rest may take twenty on one that is busy with other things. */
const PATIENCE_MS = 60_000;

/** Looks again and again until there is something to see, and returns it. Fails with `what` when nothing comes in time. */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<T> => {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (performance.now() > untilMs) throw new Error(`Within ${patienceMs} ms it did not happen: ${what}.`);
    await Bun.sleep(LOOK_MS);
  }
};
