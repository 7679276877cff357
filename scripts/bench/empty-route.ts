import { Hono } from 'hono';

/** The baseline of reading: Hono with a single route that answers a constant, served as the product is. */
const app = new Hono();
app.get('/health', (c) => c.json({ ok: true }));
app.get('/users/:id', (c) => c.json({ ok: true }));

Bun.serve({ hostname: '127.0.0.1', port: Number(process.env['PORT']), fetch: (request) => app.fetch(request) });
