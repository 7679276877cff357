import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Hono } from 'hono';

/** What reading costs at the least: Hono with a single route that reads one row and answers in the API's envelope. */
const file = join(process.env['MEMFUSE_DATA_DIR'] ?? '.', 'bare.db');
const writing = new Database(file);
writing.pragma('journal_mode = WAL');
writing.exec('CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, created_at INTEGER, updated_at INTEGER)');
writing.exec("INSERT INTO users VALUES ('1', 'alice', 1, 1)");
const read = new Database(file, { readonly: true }).prepare('SELECT * FROM users WHERE id = @id');

const instant = (ms: number): string => new Date(ms).toISOString();

const app = new Hono();
app.get('/health', (c) => c.json({ ok: true }));
app.get('/users/:id', (c) => {
  const row = read.get({ id: c.req.param('id') }) as {
    id: string;
    name: string;
    created_at: number;
    updated_at: number;
  };
  const user = { ...row, created_at: instant(row.created_at), updated_at: instant(row.updated_at) };
  return c.json({ status: 'success', code: 200, data: { user }, message: 'User retrieved', errors: null });
});

Bun.serve({ hostname: '127.0.0.1', port: Number(process.env['PORT']), fetch: (request) => app.fetch(request) });
