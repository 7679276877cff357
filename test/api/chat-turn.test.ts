import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readTurn } from '../../src/api/chat-turn.ts';

const text = (said: string) => ({ type: 'text', text: said });
const call = (name: string, args: unknown) => ({ id: 'c1', type: 'function', function: { name, arguments: args } });
const image = { type: 'image_url', image_url: { url: 'https://pictures.example/1.png' } };
const toolUse = { type: 'tool_use', id: 't1', name: 'tides', input: { port: 'Brest' } };
const toolResult = { type: 'tool_result', tool_use_id: 't1', content: 'High water at 06:12.' };

describe('the content of a turn', () => {
  test.each<[string, unknown, string]>([
    ['a string', 'Hello.', 'Hello.'],
    ['a part of text', [text('Hello.')], 'Hello.'],
    [
      'parts of the responses API',
      [
        { type: 'input_text', text: 'a' },
        { type: 'output_text', text: 'b', annotations: [] },
      ],
      'a\nb',
    ],
    ['strings in a list', ['a', text('b')], 'a\nb'],
    ['a part that names no type', [{ text: 'a' }], 'a'],
    ['a text with what it cites', [{ type: 'text', text: { value: 'a', annotations: [] } }], 'a'],
    ['a refusal', [{ type: 'refusal', refusal: 'I would rather not.' }], 'I would rather not.'],
    ['text around an image', [text('Before.'), image, text('After.')], 'Before.\nAfter.'],
    ['text beside one that is empty', [text(''), text('b')], 'b'],
    ['text of several lines', [text('a\nb'), text(' c ')], 'a\nb\n c '],
    ['text beside a call', [text('Let me see.'), toolUse], 'Let me see.'],
    ['text beside a result', [toolResult, text('And tomorrow?')], 'And tomorrow?'],
  ])('is the text of %s', (_, content, expected) => {
    expect(readTurn(content, {})?.content).toBe(expected);
  });

  test.each<[string, unknown, object, string]>([
    ['a call', null, { tool_calls: [call('tides', '{"port":"Brest"}')] }, 'tides({"port":"Brest"})'],
    ['a call beside empty text', '', { tool_calls: [call('tides', '{}')] }, 'tides({})'],
    ['a call without content', undefined, { tool_calls: [call('tides', '{}')] }, 'tides({})'],
    ['two calls', null, { tool_calls: [call('a', ''), call('b', { x: 1 })] }, 'a()\nb({"x":1})'],
    ['a call of the old form', null, { function_call: { name: 'tides', arguments: '{}' } }, 'tides({})'],
    ['a custom tool', null, { tool_calls: [{ type: 'custom', custom: { name: 'run', input: 'ls' } }] }, 'run(ls)'],
    ['a call of no known form', null, { tool_calls: [7, { type: 'odd' }] }, '7\nodd()'],
    ['a call as a part', [toolUse], {}, 'tides({"port":"Brest"})'],
    [
      'a call as a part of another API',
      [{ type: 'tool-call', toolName: 'tides', args: { port: 'Brest' } }],
      {},
      'tides({"port":"Brest"})',
    ],
    ['a call as a part without type', [{ toolUse: { toolUseId: 't', name: 'tides', input: {} } }], {}, 'tides({})'],
    [
      'a call by the server',
      [{ type: 'server_tool_use', name: 'web_search', input: { query: 'x' } }],
      {},
      'web_search({"query":"x"})',
    ],
    ['a result', [toolResult], {}, 'High water at 06:12.'],
    ['a result in parts', [{ type: 'tool_result', content: [text('a'), image, text('b')] }], {}, 'a\nb'],
    [
      'a result of another API',
      [{ type: 'tool-result', output: { type: 'json', value: { at: '06:12' } } }],
      {},
      '{"at":"06:12"}',
    ],
    ['a result without type', [{ toolResult: { content: [{ text: 'a' }, { json: { b: 1 } }] } }], {}, 'a\n{"b":1}'],
    ['a result that is empty', [{ type: 'tool_result', tool_use_id: 't1' }], {}, '[tool_result]'],
    ['a message that was refused', null, { refusal: 'I would rather not.' }, 'I would rather not.'],
    ['sound that was written down', null, { audio: { id: 'a', transcript: 'Good morning.' } }, 'Good morning.'],
    ['sound that was not', null, { audio: { id: 'a' } }, '[audio]'],
    ['an image', [image], {}, '[image_url]'],
    [
      'an image and sound',
      [image, { type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }],
      {},
      '[image_url] [input_audio]',
    ],
    ['a file', [{ type: 'file', file: { filename: 'tides\n2026.pdf', file_data: 'x' } }], {}, '[file: tides 2026.pdf]'],
    [
      'a document',
      [{ type: 'document', title: 'Tides', source: { type: 'text', data: 'x' } }],
      {},
      '[document: Tides]',
    ],
    ['a part of no name', [{ type: 'odd\nname' }, {}, { x: 1 }], {}, '[part] [part] [part]'],
    ['thinking', [{ type: 'thinking', thinking: 'Hm.', signature: 's' }], {}, '[thinking]'],
  ])('is, without a text of its own, that of %s', (_, content, beside, expected) => {
    const read = readTurn(content, beside);
    expect(read?.content).toBe(expected);
    expect(read?.foundBy).toBeNull();
    expect(read?.source).toMatchObject({ content: null });
  });

  test.each<[string, unknown, object]>([
    ['an empty string', '', {}],
    ['null', null, {}],
    ['nothing', undefined, {}],
    ['an empty list', [], {}],
    ['parts without text', [text(''), text('')], {}],
    ['no calls', null, { tool_calls: [] }],
    ['an empty result', '', { tool_call_id: 'c1' }],
    ['an empty refusal', null, { refusal: '' }],
  ])('is nothing for %s', (_, content, beside) => {
    expect(readTurn(content, beside)).toBeNull();
  });
});

describe('what a turn is found by beside its content', () => {
  test.each<[string, unknown, object, string | null]>([
    ['nothing', 'Hello.', {}, null],
    ['nothing of an image', [text('My canoe.'), image], {}, null],
    ['a call', 'Let me see.', { tool_calls: [call('tides', '{"port":"Brest"}')] }, 'tides({"port":"Brest"})'],
    ['a call as a part', [text('Let me see.'), toolUse], {}, 'tides({"port":"Brest"})'],
    ['a result', [toolResult, text('And tomorrow?')], {}, 'High water at 06:12.'],
    [
      'the name of a file',
      [text('Read this.'), { type: 'file', file: { filename: 'tides.pdf' } }],
      {},
      '[file: tides.pdf]',
    ],
    ['what was refused', 'No.', { refusal: 'I would rather not.' }, 'I would rather not.'],
  ])('is %s', (_, content, beside, expected) => {
    expect(readTurn(content, beside)?.foundBy ?? null).toBe(expected);
  });
});

describe('what is kept of a turn', () => {
  test('is nothing of text alone', () => {
    for (const content of [
      'a',
      [text('a')],
      [{ type: 'output_text', text: 'a', annotations: [], logprobs: [] }],
      ['a'],
    ]) {
      expect(readTurn(content, { tool_calls: null, tool_call_id: null, refusal: null })?.source).toBeNull();
    }
  });

  test('is every part that is no text, as it was sent, in order', () => {
    expect(readTurn([image, text('a'), toolUse], {})?.source).toEqual({ parts: [image, toolUse] });
    expect(readTurn([image], {})?.source).toEqual({ content: null, parts: [image] });
  });

  test('is what a text came with, such as what it cites', () => {
    const cited = { type: 'output_text', text: 'a', annotations: [{ url: 'https://example.org' }] };
    expect(readTurn([cited], {})?.source).toEqual({ parts: [{ type: 'output_text', annotations: cited.annotations }] });
    const value = { type: 'text', text: { value: 'a', annotations: [7] } };
    expect(readTurn([value], {})?.source).toEqual({ parts: [{ type: 'text', text: { annotations: [7] } }] });
  });

  test('is what stands beside the content, as it was sent', () => {
    const calls = [call('tides', '{}')];
    expect(readTurn('a', { tool_calls: calls })?.source).toEqual({ tool_calls: calls });
    expect(readTurn('a', { tool_call_id: 'c1' })?.source).toEqual({ tool_call_id: 'c1' });
    expect(readTurn(null, { refusal: 'No.', audio: { id: 'a' } })?.source).toEqual({
      content: null,
      refusal: 'No.',
      audio: { id: 'a' },
    });
  });
});

test('a turn holds results only when it has nothing else', () => {
  expect(readTurn([toolResult, toolResult], {})?.isResult).toBe(true);
  expect(readTurn([toolResult, text('a')], {})?.isResult).toBe(false);
  expect(readTurn([toolResult, image], {})?.isResult).toBe(false);
  expect(readTurn([text('a')], {})?.isResult).toBe(false);
});

test('any parts are read, and a turn that is read has a content', () => {
  const part = fc.oneof(
    fc.string(),
    fc.dictionary(
      fc.constantFrom('type', 'text', 'content', 'name', 'input', 'file', 'audio', 'output', 'x'),
      fc.jsonValue(),
    ),
  );
  const beside = fc.record(
    { tool_calls: fc.array(fc.jsonValue()), refusal: fc.string(), audio: fc.dictionary(fc.string(), fc.jsonValue()) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(part), beside, (parts, more) => {
      const read = readTurn(parts, more);
      if (read) expect(read.content).not.toBe('');
      expect(read?.foundBy).not.toBe('');
    }),
  );
});
