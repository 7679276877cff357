import { describe, expect, test } from 'bun:test';
import { MemfuseError, notFound } from '../../src/contract/errors.ts';
import { PerformanceMetrics } from '../../src/services/performance-metrics.ts';

const lasting = (durationMs: number) => ({ operation: 'add', startMs: 100, endMs: 100 + durationMs });

/** The samples of a text in the format of Prometheus that fit an expression. */
const samples = async (metrics: PerformanceMetrics, fits: RegExp): Promise<string[]> =>
  (await metrics.prometheus()).text.split('\n').filter((line) => !line.startsWith('#') && fits.test(line));

describe('a record', () => {
  test('counts, and adds to the time and the failures of its operation', async () => {
    const metrics = new PerformanceMetrics();
    for (const ms of [1, 2, 6]) metrics.record(lasting(ms));
    metrics.record({ ...lasting(3), error: 'storage_unavailable' });
    metrics.record({ ...lasting(8), operation: 'query' });
    expect(await samples(metrics, /_(sum|count|failures_total){operation/)).toEqual([
      'memfuse_operation_seconds_sum{operation="add"} 0.012',
      'memfuse_operation_seconds_count{operation="add"} 4',
      'memfuse_operation_seconds_sum{operation="query"} 0.008',
      'memfuse_operation_seconds_count{operation="query"} 1',
      'memfuse_operation_failures_total{operation="add",error="storage_unavailable"} 1',
    ]);
  });

  test('falls into every bucket whose bound it does not exceed', async () => {
    const metrics = new PerformanceMetrics();
    for (const ms of [0, 0.1, 0.11, 10_000, 10_001]) metrics.record(lasting(ms));
    const lines = await samples(metrics, /^memfuse_operation_seconds_/);
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
    expect(await samples(metrics, /_count|_failures_total{/)).toEqual([
      'memfuse_operation_seconds_count{operation="search"} 1',
    ]);
  });

  test('fails as it fails, and is recorded by the kind of its failure', async () => {
    const metrics = new PerformanceMetrics();
    const failures = [new TypeError('x'), new TypeError('y'), 'text', new MemfuseError('overloaded', 'full')];
    for (const failure of failures) {
      expect(await metrics.measure('search', () => Promise.reject(failure)).catch((error) => error)).toBe(failure);
    }
    expect(await samples(metrics, /_failures_total{/)).toEqual([
      'memfuse_operation_failures_total{operation="search",error="TypeError"} 2',
      'memfuse_operation_failures_total{operation="search",error="error"} 1',
      'memfuse_operation_failures_total{operation="search",error="overloaded"} 1',
    ]);
  });

  test('is no failure of the server when the caller asked for what is not there', async () => {
    const metrics = new PerformanceMetrics();
    await metrics.measure('search', () => Promise.reject(notFound('user', 'x'))).catch((error) => error);
    expect(await samples(metrics, /_failures_total{|_count/)).toEqual([
      'memfuse_operation_seconds_count{operation="search"} 1',
    ]);
  });
});

describe('a request', () => {
  const request = { method: 'GET', route: '/things/{id}', status: 200, durationMs: 3 };

  test('counts by its method, its address and its status, and its time by the first two', async () => {
    const metrics = new PerformanceMetrics();
    for (const status of [200, 200, 404]) metrics.request({ ...request, status });
    metrics.request({ ...request, method: 'POST', status: 201 });
    expect(await samples(metrics, /^memfuse_http_requests_total|http.*_count/)).toEqual([
      'memfuse_http_request_duration_seconds_count{method="GET",route="/things/{id}"} 3',
      'memfuse_http_request_duration_seconds_count{method="POST",route="/things/{id}"} 1',
      'memfuse_http_requests_total{method="GET",route="/things/{id}",status="200"} 2',
      'memfuse_http_requests_total{method="GET",route="/things/{id}",status="404"} 1',
      'memfuse_http_requests_total{method="POST",route="/things/{id}",status="201"} 1',
    ]);
  });

  test('by a method that its client made up makes no new series', async () => {
    const metrics = new PerformanceMetrics();
    for (const method of ['BREW', 'X1', 'X2', 'constructor']) metrics.request({ ...request, method });
    expect(await samples(metrics, /^memfuse_http_requests_total/)).toEqual([
      'memfuse_http_requests_total{method="other",route="/things/{id}",status="200"} 4',
    ]);
  });
});

describe('a number that is kept elsewhere', () => {
  test('is read when somebody looks, each time anew', async () => {
    const metrics = new PerformanceMetrics();
    let depth = 3;
    metrics.gauge({ name: 'depth', help: 'How deep.', read: () => depth });
    metrics.counter({ name: 'steps_total', help: 'Steps.', read: () => 10 * depth });
    metrics.gauge({ name: 'later', help: 'Takes a while.', read: async () => depth });
    expect(await samples(metrics, /^memfuse_(depth|steps|later)/)).toEqual([
      'memfuse_depth 3',
      'memfuse_steps_total 30',
      'memfuse_later 3',
    ]);
    depth = 4;
    expect(await samples(metrics, /^memfuse_(depth|steps|later)/)).toEqual([
      'memfuse_depth 4',
      'memfuse_steps_total 40',
      'memfuse_later 4',
    ]);
  });

  test('of several values has labels for each', async () => {
    const metrics = new PerformanceMetrics();
    const read = () => ['front', 'back'].map((pool, i) => ({ labels: { pool }, value: i + 1 }));
    metrics.gauge({ name: 'waiting', help: 'Who waits.', labels: ['pool'], read });
    expect(await samples(metrics, /^memfuse_waiting/)).toEqual([
      'memfuse_waiting{pool="front"} 1',
      'memfuse_waiting{pool="back"} 2',
    ]);
  });
});
