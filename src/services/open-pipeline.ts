import { createAnswerRoom } from '../buffer/kept-answers.ts';
import { type Pipeline, stageLookup } from '../buffer/pipeline.ts';
import type { Settings } from '../config/schema.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Models } from './models.ts';
import type { PerformanceMetrics } from './performance-metrics.ts';
import type { SearchService } from './search-service.ts';

export interface PipelineParts
  extends Pick<
    Pipeline,
    'store' | 'processor' | 'filing' | 'counter' | 'waiters' | 'onAdded' | 'counts' | 'clock' | 'log'
  > {
  readonly settings: () => Settings;
  readonly models: Models;
  readonly search: SearchService;
  readonly metrics: PerformanceMetrics;
  readonly tracing: Tracing;
}

/** Builds what the buffers of all users share. A question is embedded by the configured model, then goes to the search Workers. */
export const openPipeline = ({ settings, models, search, metrics, tracing, ...shared }: PipelineParts): Pipeline => {
  const nowMs = (): number => performance.now();
  return {
    ...shared,
    settings: () => settings().buffer,
    isAtStage: stageLookup(shared.store),
    answers: createAnswerRoom(settings().buffer.query.cache_max_bytes, nowMs),
    search: async (request) => {
      const { byModel, degraded, isPassing } = await tracing.span('embed question', {}, () => models.ask(request));
      const answer = await tracing.span('search index', {}, () =>
        metrics.measure('search', () => search.search({ ...request, byModel })),
      );
      const isPassingToo = isPassing || answer.isPassing === true;
      return { ...answer, degraded: [...answer.degraded, ...degraded], isPassing: isPassingToo };
    },
    nowMs,
  };
};
