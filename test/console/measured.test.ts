import { expect, test } from 'bun:test';
import { quantileOf, rateOf, readingOf, totalOf } from '../../src/console/parts/measured.ts';

const BEFORE = readingOf(
  100,
  `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{method="GET",route="/api/v1/users/{user_id}",status="200"} 10
requests_total{method="POST",route="/api/v1/users",status="201"} 5

bytes 1.5e+6
time_bucket{le="0.1"} 2
time_bucket{le="1"} 2
time_bucket{le="+Inf"} 2
`,
);
const AFTER = readingOf(
  110,
  `requests_total{method="GET",route="/api/v1/users/{user_id}",status="200"} 40
requests_total{method="POST",route="/api/v1/users",status="201"} 5
bytes 2e+6
time_bucket{le="0.1"} 7
time_bucket{le="1"} 12
time_bucket{le="+Inf"} 12
`,
);

test('a number is the sum over its labels, or of those that are named', () => {
  expect(totalOf(BEFORE, 'requests_total')).toBe(15);
  expect(totalOf(BEFORE, 'requests_total', { route: '/api/v1/users/{user_id}' })).toBe(10);
  expect(totalOf(BEFORE, 'requests_total', { status: '201', method: 'POST' })).toBe(5);
  expect(totalOf(BEFORE, 'bytes')).toBe(1_500_000);
  expect(totalOf(BEFORE, 'unknown')).toBe(0);
});

test('a rate is what a counter grew in a second, and counts from zero when the server was started anew', () => {
  expect(rateOf(BEFORE, AFTER, 'requests_total')).toBe(3);
  expect(rateOf(BEFORE, AFTER, 'requests_total', { method: 'POST' })).toBe(0);
  expect(rateOf(AFTER, { ...BEFORE, at: 120 }, 'requests_total')).toBe(1.5);
});

test('a quantile is of what was measured in between, evenly within a bucket', () => {
  // Five of ten took up to 0.1 s, five from 0.1 to 1 s.
  expect(quantileOf(BEFORE, AFTER, 'time', 0.5)).toBeCloseTo(0.1);
  expect(quantileOf(BEFORE, AFTER, 'time', 0.25)).toBeCloseTo(0.05);
  expect(quantileOf(BEFORE, AFTER, 'time', 0.9)).toBeCloseTo(0.82);
  expect(quantileOf(AFTER, AFTER, 'time', 0.5)).toBeNull();
  expect(quantileOf(BEFORE, AFTER, 'unknown', 0.5)).toBeNull();
});
