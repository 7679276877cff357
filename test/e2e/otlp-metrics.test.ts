import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { eventually } from '../support/eventually.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Point {
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
}
interface Points {
  readonly dataPoints: readonly Point[];
  readonly isMonotonic?: boolean;
  readonly aggregationTemporality?: number;
}
interface Metric {
  readonly name: string;
  readonly sum?: Points;
  readonly gauge?: Points;
  readonly histogram?: Points;
}

const CUMULATIVE = 2;

/** Whoever takes metrics, over real HTTP, as the OpenTelemetry protocol has them in JSON: each delivery, the newest last. */
const startReceiver = () => {
  const deliveries: Metric[][] = [];
  const paths = new Set<string>();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      paths.add(pathname);
      if (pathname !== '/v1/metrics') return Response.json({});
      const { resourceMetrics } = (await request.json()) as {
        resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
      };
      deliveries.push(resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)));
      return Response.json({});
    },
  });
  return { url: server.url.origin, deliveries, paths, stop: () => server.stop(true) };
};

const labelsOf = ({ attributes }: Point): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

let folder: ReturnType<typeof temporaryFolder>;
let receiver: ReturnType<typeof startReceiver>;
let server: ServerProcess | null = null;
beforeAll(() => {
  receiver = startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  folder = temporaryFolder();
  receiver.deliveries.length = 0;
  receiver.paths.clear();
});
afterEach(async () => {
  await server?.kill();
  server = null;
  folder.remove();
});

const start = async (env: Record<string, string>): Promise<ServerProcess> => {
  server = await startServerProcess({
    folder: folder.path,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env },
  });
  return server;
};

test('the metrics of /metrics go to the endpoint too, counted alike, and once more at the end', async () => {
  const { origin, signal, ended } = await start({ OTEL_METRIC_EXPORT_INTERVAL: '200' });
  const found = (name: string) => receiver.deliveries.at(-1)?.find((metric) => metric.name === name);
  for (let i = 0; i < 3; i += 1) expect((await fetch(`${origin}/api/v1/users`)).status).toBe(200);
  const isOfUsers = (point: Point) => labelsOf(point)['route'] === '/api/v1/users';

  const counted = await eventually('the requests are told', () => {
    const requests = found('memfuse_http_requests_total')?.sum;
    const point = requests?.dataPoints.find(isOfUsers);
    return point?.asDouble === 3 ? { requests, point } : null;
  });
  expect(counted.requests).toMatchObject({ isMonotonic: true, aggregationTemporality: CUMULATIVE });
  expect(labelsOf(counted.point)).toEqual({ method: 'GET', route: '/api/v1/users', status: 200 });
  expect(BigInt(counted.point.timeUnixNano)).toBeGreaterThan(BigInt(counted.point.startTimeUnixNano));

  const text = await (await fetch(`${origin}/metrics`)).text();
  const duration = found('memfuse_http_request_duration_seconds')?.histogram?.dataPoints.find(isOfUsers);
  const sumOf = (counts: readonly number[] = []) => counts.reduce((sum, count) => sum + Number(count), 0);
  expect([Number(duration?.count), sumOf(duration?.bucketCounts)]).toEqual([3, 3]);
  // Prometheus counts all runs up to a bound, OpenTelemetry those between two.
  for (const [i, bound] of (duration?.explicitBounds ?? []).entries()) {
    const line = new RegExp(
      `^memfuse_http_request_duration_seconds_bucket\\{.*le="${bound}",.*route="/api/v1/users"\\} (\\d+)$|^memfuse_http_request_duration_seconds_bucket\\{.*route="/api/v1/users",le="${bound}"\\} (\\d+)$`,
      'm',
    ).exec(text);
    expect(Number(line?.[1] ?? line?.[2])).toBe(sumOf(duration?.bucketCounts?.slice(0, i + 1)));
  }
  expect(duration?.explicitBounds?.length).toBeGreaterThan(10);

  const exposed = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(exposed.filter((name) => !found(String(name)))).toEqual([]);
  expect(found('process_resident_memory_bytes')?.gauge?.dataPoints[0]?.asDouble).toBeGreaterThan(0);

  await fetch(`${origin}/api/v1/users`);
  signal('SIGTERM');
  expect((await ended).exitCode).toBe(0);
  expect(found('memfuse_http_requests_total')?.sum?.dataPoints.find(isOfUsers)?.asDouble).toBe(4);
});

test('either can be turned off by the variables of OpenTelemetry', async () => {
  const { origin, signal, ended } = await start({ OTEL_METRICS_EXPORTER: 'none' });
  await fetch(`${origin}/api/v1/users`);
  signal('SIGTERM');
  await ended;
  expect([...receiver.paths]).toEqual(['/v1/traces']);
  receiver.paths.clear();
  const second = await start({ OTEL_TRACES_EXPORTER: 'none' });
  await fetch(`${second.origin}/api/v1/users`);
  second.signal('SIGTERM');
  await second.ended;
  expect([...receiver.paths]).toEqual(['/v1/metrics']);
});
