import { describe, expect, test } from 'bun:test';
import { PerformanceMetrics } from '../../src/services/performance-metrics.ts';

const lasting = (durationMs: number, more: { isSuccess?: boolean; error?: string } = {}) => ({
  operation: 'add',
  startMs: 100,
  endMs: 100 + durationMs,
  isSuccess: true,
  ...more,
});

/** The samples of a text in the format of Prometheus whose name starts like this. */
const samples = async (metrics: PerformanceMetrics, name: string): Promise<string[]> =>
  (await metrics.prometheus()).text.split('\n').filter((line) => line.startsWith(name));

describe('a record', () => {
  test('counts, and adds to the time and the failures of its operation', () => {
    const metrics = new PerformanceMetrics();
    for (const ms of [1, 2, 6]) metrics.record(lasting(ms));
    metrics.record(lasting(3, { isSuccess: false, error: 'storage_unavailable' }));
    metrics.record({ ...lasting(8), operation: 'query' });
    expect(metrics.report()).toEqual([
      { operation: 'add', count: 4, failures: 1, meanMs: 3, maxMs: 6 },
      { operation: 'query', count: 1, failures: 0, meanMs: 8, maxMs: 8 },
    ]);
  });

  test('falls into every bucket whose bound it does not exceed', async () => {
    const metrics = new PerformanceMetrics();
    for (const ms of [0, 0.1, 0.11, 10_000, 10_001]) metrics.record(lasting(ms));
    const lines = await samples(metrics, 'memfuse_operation_seconds_');
    const counted = lines
      .map((line) =>
        line
          .match(/le="([^"]+)"} (\d+)/)
          ?.slice(1)
          .join(':'),
      )
      .filter(Boolean);
    expect(counted.slice(0, 3)).toEqual(['0.0001:2', '0.00025:3', '0.0005:3']);
    expect(counted.slice(-2)).toEqual(['10:4', '+Inf:5']);
    expect(lines).toContain('memfuse_operation_seconds_count{operation="add"} 5');
  });
});

describe('a run that is measured', () => {
  test('answers what it answers, and is recorded as a success', async () => {
    const metrics = new PerformanceMetrics();
    expect(await metrics.measure('search', async () => 7)).toBe(7);
    expect(metrics.report()).toMatchObject([{ operation: 'search', count: 1, failures: 0 }]);
  });

  test('fails as it fails, and is recorded by the kind of its failure', async () => {
    const metrics = new PerformanceMetrics();
    const failures = [new TypeError('x'), new TypeError('y'), 'text'];
    for (const failure of failures) {
      expect(await metrics.measure('search', () => Promise.reject(failure)).catch((error) => error)).toBe(failure);
    }
    expect(metrics.report()).toMatchObject([{ operation: 'search', count: 3, failures: 3 }]);
    expect(await samples(metrics, 'memfuse_operation_failures_total')).toEqual([
      'memfuse_operation_failures_total{operation="search",error="TypeError"} 2',
      'memfuse_operation_failures_total{operation="search",error="error"} 1',
    ]);
  });
});

describe('a gauge', () => {
  test('is read when somebody looks, each time anew', async () => {
    const metrics = new PerformanceMetrics();
    let depth = 3;
    metrics.gauge({ name: 'depth', help: 'How deep.', read: () => depth });
    expect(await samples(metrics, 'memfuse_depth')).toEqual(['memfuse_depth 3']);
    depth = 4;
    expect(await samples(metrics, 'memfuse_depth')).toEqual(['memfuse_depth 4']);
  });

  test('of several values has a label for each', async () => {
    const metrics = new PerformanceMetrics();
    const read = () =>
      new Map([
        ['front', 1],
        ['back', 2],
      ] as const);
    metrics.gauge({ name: 'waiting', help: 'Who waits.', label: 'pool', read });
    expect(await samples(metrics, 'memfuse_waiting')).toEqual([
      'memfuse_waiting{pool="front"} 1',
      'memfuse_waiting{pool="back"} 2',
    ]);
  });
});
