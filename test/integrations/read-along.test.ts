import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { chatCompletions } from '../../src/integrations/openai/chat-completions.ts';
import type { Dialect } from '../../src/integrations/openai/dialect.ts';
import { readAlong } from '../../src/integrations/openai/read-along.ts';
import { responses } from '../../src/integrations/openai/responses.ts';

const TEXT = 'Tram 28 – früh am Tag 🚋.\r\n"Sim."';
const pieces = [...TEXT];
const chunk = (delta: object, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const data = (events: readonly object[], end = '\n\n') =>
  events.map((event) => `data: ${JSON.stringify(event)}${end}`).join('');
const events = [...pieces.map((content) => chunk({ content })), chunk({}, 'stop')];
const output = [{ type: 'message', content: [{ type: 'output_text', text: TEXT }] }];
const whole = { status: 'completed', output };

/** Answers that hold the same reply, in all ways in which endpoints write them. */
const ANSWERS: readonly (readonly [string, Dialect, 'openReply' | 'openAnswer', string])[] = [
  ['a stream', chatCompletions, 'openReply', `${data(events)}data: [DONE]\n\n`],
  [
    'a stream with other line ends and comments',
    chatCompletions,
    'openReply',
    `: ping\r\n\r\n${data(events, '\r\n\r\n')}data:[DONE]\r\n\r\n`,
  ],
  ['a stream without a last word', chatCompletions, 'openReply', data(events).trimEnd()],
  [
    'an answer',
    chatCompletions,
    'openAnswer',
    JSON.stringify({ choices: [{ message: { content: TEXT }, finish_reason: 'stop' }] }),
  ],
  [
    'an answer over many lines',
    chatCompletions,
    'openAnswer',
    JSON.stringify({ choices: [{ message: { content: TEXT }, finish_reason: 'length' }] }, null, 2),
  ],
  [
    'a streamed response',
    responses,
    'openReply',
    `event: x\n${data([{ type: 'response.created' }, { type: 'response.completed', response: whole }])}`,
  ],
  ['a response', responses, 'openAnswer', JSON.stringify(whole)],
];

/** Sends bytes in chunks that end anywhere, and reads them to their end, or as far as is said. */
const passed = async (
  bytes: Uint8Array<ArrayBuffer>,
  cuts: readonly number[],
  dialect: Dialect,
  kind: 'openReply' | 'openAnswer',
  reads = Number.POSITIVE_INFINITY,
) => {
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  const chunks = [0, ...ends].map((from, i) => bytes.slice(from, ends[i] ?? bytes.length));
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      for (const each of chunks) controller.enqueue(each);
      controller.close();
    },
  });
  const remembered: string[] = [];
  const reader = readAlong(source, dialect[kind](), async (text) => {
    remembered.push(text);
  }).getReader();
  const got: number[] = [];
  for (let i = 0; i < reads; i += 1) {
    const { done, value } = await reader.read();
    if (done) break;
    got.push(...value);
  }
  if (reads < Number.POSITIVE_INFINITY) await reader.cancel();
  return { got: new Uint8Array(got), remembered };
};

describe.each(ANSWERS)('%s that is read along', (_, dialect, kind, answer) => {
  const bytes = new TextEncoder().encode(answer);

  test('passes byte by byte, and is remembered once, wherever its chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (cuts) => {
        const { got, remembered } = await passed(bytes, cuts, dialect, kind);
        expect(got).toEqual(bytes);
        expect(remembered).toEqual([TEXT]);
      }),
      { numRuns: 60 },
    );
  });

  test('is not remembered when it ends before its time, wherever that is', async () => {
    // The last line may lack what says nothing.
    const least = answer.trimEnd().lastIndexOf(kind === 'openReply' && dialect === chatCompletions ? '"stop"' : '}');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: new TextEncoder().encode(answer.slice(0, least)).length }), async (end) => {
        const { got, remembered } = await passed(bytes.slice(0, Math.max(1, end)), [], dialect, kind);
        expect(got).toEqual(bytes.slice(0, Math.max(1, end)));
        expect(remembered).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

test('a stream of which its reader leaves is not remembered, though all of it has come', async () => {
  const bytes = new TextEncoder().encode(`${data(events)}data: [DONE]\n\n`);
  for (const reads of [1, 2, events.length]) {
    expect((await passed(bytes, [], chatCompletions, 'openReply', reads)).remembered).toEqual([]);
  }
});

test('a stream that tells of an error is not remembered, whatever comes after it', async () => {
  const told = [...events.slice(0, 3), { error: { message: 'overloaded' } }, ...events.slice(3)];
  const bytes = new TextEncoder().encode(`${data(told)}data: [DONE]\n\n`);
  expect((await passed(bytes, [], chatCompletions, 'openReply')).remembered).toEqual([]);
});
