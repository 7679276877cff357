import { Button, Flex, Heading, Spinner, Text } from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { Failure } from '../parts/failure.tsx';
import { quantileOf, type Reading, rateOf, readingOf, totalOf } from '../parts/measured.ts';
import { Plot } from '../parts/plot.tsx';
import { useServer } from '../server.ts';

const EACH_MS = 1_000;
/** Readings that are kept: five minutes. */
const MOST_READINGS = 300;
const REQUESTS = 'memfuse_http_request_duration_seconds';
const MIB = 1_048_576;

type Read = (before: Reading, after: Reading) => number | null;

const milliseconds =
  (quantile: number, name = REQUESTS, labels: Record<string, string> = {}): Read =>
  (before, after) => {
    const seconds = quantileOf(before, after, name, quantile, labels);
    return seconds === null ? null : seconds * 1_000;
  };
const stage = (operation: string): Read => milliseconds(0.95, 'memfuse_operation_seconds', { operation });
const gauge =
  (name: string, labels: Record<string, string> = {}, by = 1): Read =>
  (_before, after) =>
    totalOf(after, name, labels) / by;
const rate =
  (name: string, labels: Record<string, string> = {}): Read =>
  (before, after) =>
    rateOf(before, after, name, labels);

const PLOTS: readonly { title: string; unit: string; lines: Readonly<Record<string, Read>> }[] = [
  {
    title: 'Requests a second',
    unit: '/s',
    lines: { answered: rate('memfuse_http_requests_total'), 'messages stored': rate('memfuse_messages_stored_total') },
  },
  {
    title: 'Time of a request',
    unit: ' ms',
    lines: { median: milliseconds(0.5), 'slowest 5 %': milliseconds(0.95), 'slowest 1 %': milliseconds(0.99) },
  },
  {
    title: 'Background queue',
    unit: '',
    lines: {
      'tasks in memory': gauge('memfuse_background_queue_tasks'),
      'Workers busy': gauge('memfuse_background_workers_busy'),
      'flushes waiting': gauge('memfuse_flush_queue'),
    },
  },
  {
    title: 'Slowest 5 % of the stages',
    unit: ' ms',
    lines: { search: stage('search'), 'handing out work': stage('deliver'), 'filing work': stage('flush') },
  },
  {
    title: 'Questions a second, by cache',
    unit: '/s',
    lines: {
      'from the cache': rate('memfuse_query_cache_hits_total'),
      'searched for': rate('memfuse_query_cache_misses_total'),
      'from a similar one': rate('memfuse_query_cache_similar_total'),
    },
  },
  {
    title: 'Memory and disk',
    unit: ' MiB',
    lines: {
      process: gauge('process_resident_memory_bytes', {}, MIB),
      database: gauge('memfuse_database_bytes', {}, MIB),
    },
  },
];

const NAMES = new Map(PLOTS.map(({ title, lines }) => [title, Object.keys(lines)]));

/** The numbers of the server as they come, as lines that move. */
export const MetricsPage = ({ appearance }: { appearance: string }) => {
  const { ask } = useServer();
  const [isPaused, setPaused] = useState(false);
  const readings = useRef<readonly Reading[]>([]);
  const metrics = useQuery({
    queryKey: ['metrics'],
    queryFn: async ({ signal }) => {
      const response = await ask('/metrics', { signal });
      if (!response.ok)
        throw new Error(
          `The numbers of the server did not come (${response.status}). They need a key with the permission admin.`,
        );
      const reading = readingOf(Date.now() / 1_000, await response.text());
      readings.current = [...readings.current, reading].slice(-MOST_READINGS);
      return readings.current;
    },
    refetchInterval: isPaused ? false : EACH_MS,
    staleTime: 0,
    gcTime: 0,
    structuralSharing: false,
  });
  const shown = useMemo(() => {
    const all = metrics.data ?? [];
    const pairs = all.slice(1).flatMap((after, i) => {
      const before = all[i];
      return before ? [[before, after] as const] : [];
    });
    return PLOTS.map(({ title, unit, lines }) => ({
      title,
      unit,
      names: NAMES.get(title) ?? [],
      data: [pairs.map(([, { at }]) => at), ...Object.values(lines).map((read) => pairs.map((pair) => read(...pair)))],
    }));
  }, [metrics.data]);
  return (
    <Flex direction="column" gap="4">
      <Flex justify="between" align="center" gap="3" wrap="wrap">
        <Heading as="h1" size="6">
          Live metrics
        </Heading>
        <Button variant="soft" onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      </Flex>
      {metrics.error && <Failure error={metrics.error} again={() => void metrics.refetch()} />}
      {metrics.isPending && <Spinner />}
      {metrics.data && (
        <>
          <Text as="p" size="2" color="gray">
            Read once a second from /metrics, which Prometheus reads too. The requests of this page count among them.
          </Text>
          <div className="plots">
            {shown.map((plot) => (
              <Plot key={plot.title} appearance={appearance} {...plot} />
            ))}
          </div>
        </>
      )}
    </Flex>
  );
};
