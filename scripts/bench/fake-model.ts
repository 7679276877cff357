/** The endpoint behind the proxy, and the baseline of asking it directly: it answers at once, whole or as a stream. */

const WORDS = 'A dark and quiet corner with a blanket helps many dogs'.split(' ');
const REPLY = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'fake',
  choices: [{ index: 0, message: { role: 'assistant', content: WORDS.join(' ') }, finish_reason: 'stop' }],
};

const chunk = (delta: object, finish_reason: string | null): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const EVENTS = [
  ...WORDS.map((word) => chunk({ content: `${word} ` }, null)),
  chunk({}, 'stop'),
  'data: [DONE]\n\n',
].join('');

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env['PORT']),
  fetch: async (request) => {
    if (request.method === 'GET') return Response.json({ ok: true });
    const { stream } = (await request.json()) as { stream?: boolean };
    if (!stream) return Response.json(REPLY);
    return new Response(EVENTS, { headers: { 'Content-Type': 'text/event-stream' } });
  },
});
