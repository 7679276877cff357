import type { TimeSpan, YearDay } from '../../../src/text/time-spans.ts';

const yearDay = ({ month, day }: YearDay): string => `${month}-${day ?? '*'}`;

/** A span as dates, or as `month-day` of any year. */
export const shownSpan = (span: TimeSpan): string => {
  if ('month' in span) return span.until ? `${yearDay(span)} to ${yearDay(span.until)}` : yearDay(span);
  const [from, to] = [span.from, span.to].map((at) => (Number.isFinite(at) ? new Date(at).toISOString() : 'ever'));
  return [from, to].map((at) => at?.replace('T00:00:00.000Z', '')).join(' to ');
};
