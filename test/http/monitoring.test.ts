import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer, type TestServer } from '../support/server.ts';

const DOCS = join(import.meta.dir, '..', '..', 'docs');
const ALERTS = join(DOCS, 'monitoring', 'alerts.yaml');
const FILES = ['monitoring.md', 'monitoring/alerts.yaml', 'monitoring/grafana.json', 'scaling.md', 'limits.md'];

let server: TestServer;
/** The names of all series, and the labels of each. */
const series = new Map<string, Set<string>>();
beforeAll(async () => {
  // With a Redis that is away: its link is measured too.
  server = await startServer({ settings: { 'redis.url': 'redis://127.0.0.1:1' } });
  const body = { user: 'ada', messages: [{ role: 'user', content: 'I have a cat.' }] };
  await server.call('POST', '/memories?wait_for=indexed&timeout_ms=30000', body);
  await server.call('POST', '/memories/search', { user: 'ada', query: 'cat' });
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  for (const [, name = ''] of text.matchAll(/^# TYPE (\S+)/gm)) series.set(name, new Set());
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{([^}]*)\}/gm)) {
    const known = series.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
});
afterAll(() => server.stop());

test.each(FILES)('every metric that docs/%s names is one that /metrics has', (file) => {
  const text = readFileSync(join(DOCS, file), 'utf8');
  const named = new Set(text.match(/\b(?:memfuse|process)_[a-z][a-z0-9_]*\b/g) ?? []);
  if (file.startsWith('monitoring')) expect(named.size).toBeGreaterThan(5);
  // A histogram has series of its own only once it was used.
  const isThere = (name: string): boolean => series.has(name) || series.has(name.replace(/_(bucket|sum|count)$/, ''));
  expect([...named].filter((name) => !isThere(name))).toEqual([]);
});

test('what the rules and the dashboard filter and sum by are labels of these series, or those of a scrape', () => {
  const rules = readFileSync(ALERTS, 'utf8');
  const dashboard = JSON.parse(readFileSync(join(DOCS, 'monitoring', 'grafana.json'), 'utf8'));
  const expressions: string[] = dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.map(({ expr }) => expr),
  );
  expect(expressions.length).toBeGreaterThan(12);
  const known = new Set(['instance', 'job', 'le', ...[...series.values()].flatMap((labels) => [...labels])]);
  for (const text of [rules, ...expressions]) {
    const by = [...text.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    );
    const filtered = [...text.matchAll(/[{,]\s*(\w+)(?:=~|!~|!=|=)"/g)].map(([, name = '']) => name);
    expect([...by, ...filtered].filter((name) => !known.has(name))).toEqual([]);
  }
});

test('Prometheus accepts the rules, and each says what to do', () => {
  const rules = readFileSync(ALERTS, 'utf8');
  const alerts = [...rules.matchAll(/- alert: (\w+)([\s\S]*?)(?=- alert: |$)/g)];
  expect(alerts.length).toBeGreaterThan(8);
  for (const [, name, rule = ''] of alerts)
    for (const field of ['expr: ', 'severity: ', 'summary: ', 'action: '])
      expect([name, field, rule.includes(field)]).toEqual([name, field, true]);
  const promtool = Bun.which('promtool');
  if (!promtool) throw new Error('There is no promtool on this machine. Install it: apt-get install prometheus.');
  const checked = Bun.spawnSync([promtool, 'check', 'rules', ALERTS], { stdout: 'pipe', stderr: 'pipe' });
  expect([checked.exitCode, checked.stderr.toString()]).toEqual([0, '']);
});
