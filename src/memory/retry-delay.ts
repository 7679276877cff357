/**
 * The pause before a retry: doubled for each try that failed, up to a bound, and shortened by up to a half at random, so
 * that what failed together is not tried together. `attempts` counts the tries so far, `random` is from 0 to 1; the
 * settings are in seconds, the answer is in milliseconds.
 */
export const retryDelayMs = (
  attempts: number,
  { retry_delay, max_retry_delay }: { readonly retry_delay: number; readonly max_retry_delay: number },
  random: number,
): number => {
  const whole = Math.min(max_retry_delay, retry_delay * 2 ** (attempts - 1)) * 1_000;
  return Math.round(whole * (0.5 + random / 2));
};
