import { describe, expect, test } from 'bun:test';
import { FileError } from '../../src/transfer/file-error.ts';
import { readRecords } from '../../src/transfer/read.ts';
import type { ExportedRecord } from '../../src/transfer/records.ts';

const AT = Date.parse('2026-11-30T12:00:00Z');

/** A file in pieces of a few bytes, as a network may bring it. */
const opening = (text: string) =>
  async function* () {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  };

const read = async (text: string, user = 'ann') => {
  const records: ExportedRecord[] = [];
  const problems: string[] = [];
  for await (const one of readRecords(opening(text), { user, atMs: AT })) {
    if ('problem' in one) problems.push(`${one.line}: ${one.problem}`);
    else records.push(one.record);
  }
  return { records, problems };
};

/** What was said, by whom in which session, and what is known. */
const told = (records: readonly ExportedRecord[]) => {
  const names = new Map(records.flatMap((record) => ('name' in record ? [[record.id, record.name ?? '']] : [])));
  return records.flatMap((record) => {
    if (record.type === 'message') return [`${names.get(record.session_id)} | ${record.role}: ${record.content}`];
    if (record.type === 'knowledge') return [`${names.get(record.user_id)} knows: ${record.content}`];
    return [];
  });
};

describe('a file of another system', () => {
  test('OpenAI messages, as a list, as one object a line, and as conversations', async () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
    ];
    const expected = ['imported | user: Hi', 'imported | assistant: Hello'];
    expect(told((await read(JSON.stringify(messages))).records)).toEqual(expected);
    expect(told((await read(JSON.stringify(messages, null, 2))).records)).toEqual(expected);
    expect(told((await read(messages.map((each) => JSON.stringify(each)).join('\n'))).records)).toEqual(expected);
    expect(told((await read(JSON.stringify({ messages }, null, 2))).records)).toEqual(expected);
    expect(
      told(
        (await read(`${JSON.stringify({ id: 'c1', messages })}\n${JSON.stringify({ id: 'c2', messages })}`)).records,
      ),
    ).toEqual(['c1 | user: Hi', 'c1 | assistant: Hello', 'c2 | user: Hi', 'c2 | assistant: Hello']);
  });

  test('ChatGPT: the branch that was shown last, with its times', async () => {
    const node = (id: string, parent: string | null, role: string, text: string, at: number | null) => [
      id,
      { id, parent, message: { author: { role }, content: { content_type: 'text', parts: [text] }, create_time: at } },
    ];
    const conversation = {
      title: 'Trip',
      conversation_id: 'x1',
      current_node: 'd',
      mapping: Object.fromEntries([
        node('a', null, 'system', '', null),
        node('b', 'a', 'user', 'Where to?', 1_700_000_000.5),
        node('c', 'b', 'assistant', 'A draft', 1_700_000_001),
        node('d', 'b', 'assistant', 'To Lisbon', 1_700_000_002),
      ]),
    };
    const { records } = await read(JSON.stringify([conversation]));
    expect(told(records)).toEqual(['Trip | user: Where to?', 'Trip | assistant: To Lisbon']);
    expect(records.find(({ type }) => type === 'message')).toMatchObject({ created_at: 1_700_000_000_500 });
  });

  test('Claude, Zep, Letta', async () => {
    const claude = [
      {
        uuid: 'u',
        name: 'Plans',
        chat_messages: [
          { sender: 'human', text: 'Hi', created_at: '2025-01-02T03:04:05Z' },
          { sender: 'assistant', text: '', content: [{ type: 'text', text: 'Hello' }] },
        ],
      },
    ];
    expect(told((await read(JSON.stringify(claude))).records)).toEqual([
      'Plans | user: Hi',
      'Plans | assistant: Hello',
    ]);
    const zep = [
      {
        session_id: 's',
        user_id: 'joe',
        messages: [
          { role: 'Joe', role_type: 'user', content: 'Hi' },
          { role: 'bot', role_type: 'assistant', content: 'Hello' },
        ],
      },
    ];
    const { records } = await read(JSON.stringify(zep));
    expect(told(records)).toEqual(['s | user: Hi', 's | assistant: Hello']);
    expect(records.filter(({ type }) => type === 'user')).toMatchObject([{ name: 'joe' }]);
    const letta = {
      agents: [{ id: 'agent-0', name: 'Ada', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] }],
      blocks: [{ label: 'human', value: 'Likes tea.' }],
    };
    expect(told((await read(JSON.stringify(letta))).records)).toEqual(['Ada | user: Hi', 'ann knows: Likes tea.']);
  });

  test('mem0, OpenMemory and LangGraph stores: memories become statements about the user', async () => {
    const mem0 = { results: [{ id: 'm', memory: 'Likes tea.', user_id: 'joe', created_at: '2025-01-02T03:04:05Z' }] };
    expect(told((await read(JSON.stringify(mem0))).records)).toEqual(['joe knows: Likes tea.']);
    const open = { memories: [{ id: 'm', text: 'Sails.', app_name: 'cursor' }] };
    expect(told((await read(JSON.stringify(open, null, 1))).records)).toEqual(['ann knows: Sails.']);
    const store = [
      {
        namespace: ['memories', 'joe'],
        key: 'k',
        value: { content: 'Has a cat.' },
        created_at: '2025-01-02T03:04:05Z',
      },
    ];
    expect(told((await read(JSON.stringify(store))).records)).toEqual(['joe knows: Has a cat.']);
  });

  test('has the same ids at each import, also where it names no time', async () => {
    const text = JSON.stringify([
      { role: 'user', content: 'Hi' },
      { role: 'user', content: 'Hi' },
    ]);
    const ids = async (atMs: number) => {
      const found: string[] = [];
      for await (const one of readRecords(opening(text), { user: 'ann', atMs }))
        if ('record' in one && 'id' in one.record) found.push(one.record.id);
      return found;
    };
    const first = await ids(AT);
    expect(await ids(AT + 1e9)).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });

  test('that ends in the middle, or is no JSON, is refused in a sentence', async () => {
    const text = JSON.stringify([
      { role: 'user', content: 'Hi' },
      { role: 'user', content: 'Ho' },
    ]);
    await expect(read(text.slice(0, -10))).rejects.toThrow(FileError);
    await expect(read(text.slice(0, -10))).rejects.toThrow('ends in the middle');
    await expect(read('[{"role" "user"}]')).rejects.toThrow('no JSON');
    await expect(read('{"role":"user","content":"a"}\n{"role":"user","con')).rejects.toThrow('middle of line 2');
  });

  test('of a form that nobody knows is told of element by element', async () => {
    expect((await read('[{"colour":"red"}]')).problems).toEqual([
      '1: This is of no form that is known: no message, no conversation and no memory',
    ]);
  });
});
