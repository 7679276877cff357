import type { LocalMoment } from '../api/scalars.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { ExtraHeaders } from './envelope.ts';
import { headerList } from './header-list.ts';

interface Asked {
  readonly as_of?: LocalMoment | null | undefined;
}

/** What was asked for and could not be done. */
export const degradedOf = (bySearch: readonly string[], { as_of }: Asked): string[] => [
  ...bySearch,
  ...(as_of
    ? ['as_of: messages are found as they are now; one that was edited or deleted since is not found as it was then']
    : []),
];

/** Takes the time of a request, and of the steps in it, in milliseconds; each step is a span too. */
export const startTiming = (tracing: Tracing) => {
  const startedMs = performance.now();
  const steps: string[] = [];
  return {
    /** Does a step and notes how long it took. */
    step: async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const fromMs = performance.now();
      const result = await tracing.span(name, {}, work);
      steps.push(`${name};dur=${(performance.now() - fromMs).toFixed(3)}`);
      return result;
    },
    /** Ends it: the whole time, and the headers that say it with the steps and with what was degraded. */
    end: (degraded: readonly string[]): { readonly tookMs: number; readonly headers: ExtraHeaders } => {
      const tookMs = Math.round((performance.now() - startedMs) * 1_000) / 1_000;
      const timing = [...steps, `total;dur=${tookMs.toFixed(3)}`].join(', ');
      return { tookMs, headers: { 'Server-Timing': timing, 'X-Memfuse-Degraded': headerList(degraded) } };
    },
  };
};
