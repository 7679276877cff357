import { describe, expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import { startReport } from '../../src/config/start-report.ts';

const reportOf = (wanted: Record<string, unknown> = {}, url = 'http://127.0.0.1:8000'): string => {
  const settings = settingsFrom(Object.entries(wanted).map(([path, value]) => ({ path, value, source: 'test' })));
  return startReport({ settings, version: '1.2.3', url, database: 'sqlite:/data/memfuse.db', file: null });
};

describe('the start report', () => {
  test('has a line for each thing a person wants to know', () => {
    expect(reportOf().split('\n')).toEqual([
      'MemFuse 1.2.3',
      '  address    http://127.0.0.1:8000  (try calls at http://127.0.0.1:8000/docs)',
      '  database   sqlite:/data/memfuse.db',
      '  settings   defaults and environment (no memfuse.config file)',
      '  API keys   off, and only this machine can connect',
      '  rate limit off',
      '  redis      off',
      '  try it     curl http://127.0.0.1:8000/api/v1/users',
    ]);
  });

  test('says what keys change: the rate limit, and the header that curl needs', () => {
    const report = reportOf({ 'server.api_key_validation': true });
    expect(report).toContain('API keys   on');
    expect(report).toContain('rate limit 20000 requests a minute');
    expect(report).toEndWith("curl http://127.0.0.1:8000/api/v1/users -H 'Authorization: Bearer YOUR_API_KEY'");
  });

  test('shouts when others can connect without a key', () => {
    const report = reportOf({ 'server.host': '0.0.0.0', 'server.allow_unauthenticated': true });
    expect(report).toContain('OFF, AND OTHER MACHINES CAN CONNECT');
    expect(report).toContain('rate limit 20000 requests a minute');
  });

  test('shouts when web pages can connect without a key', () => {
    expect(reportOf({ 'server.cors_origins': ['*'] })).toContain(
      'OFF, AND EVERY WEB PAGE THAT IS OPENED HERE CAN CONNECT',
    );
    expect(reportOf({ 'server.cors_origins': ['*'], 'server.api_key_validation': true })).not.toContain('WEB PAGE');
  });

  test('has a line for what is wrong and keeps nobody from serving', () => {
    const settings = settingsFrom([]);
    const facts = { settings, version: '1.2.3', url: 'http://127.0.0.1:1', database: 'SQLite x', file: null };
    expect(startReport({ ...facts, warnings: ['run: bun run reindex', 'so it is'] })).toContain(
      '\n  warning    run: bun run reindex\n  warning    so it is\n',
    );
    expect(startReport({ ...facts, warnings: [] })).toBe(startReport(facts));
  });

  test('shows no password of a Redis URL', () => {
    expect(reportOf({ 'redis.url': 'redis://:hunter2@localhost' })).not.toContain('hunter2');
  });

  test('says where Redis is, and whether it answers', () => {
    const settings = settingsFrom([{ path: 'redis.url', value: 'redis://cache:6379', source: 'test' }]);
    const facts = { settings, version: '1.2.3', url: 'http://127.0.0.1:1', database: 'x', file: null };
    expect(startReport({ ...facts, isLinkUp: true })).toContain('\n  redis      redis://cache:6379\n');
    expect(startReport({ ...facts, isLinkUp: false })).toContain(
      '\n  redis      redis://cache:6379 DOES NOT ANSWER; the server goes on without it\n',
    );
  });
});
