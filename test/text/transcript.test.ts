import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { transcriptTurns } from '../../src/text/transcript.ts';
import { repeated, slowTextsOf } from '../support/growth.ts';

const SEED = 20_261_123;

describe('a transcript', () => {
  test.each([
    ['line ends', 'user: hi\nassistant: hello', ['hi', 'hello']],
    ['the line ends of Windows', 'user: hi\r\nassistant: hello', ['hi', 'hello']],
    ['a backslash and an n', 'user: hi\\nassistant: hello', ['hi', 'hello']],
    ['both', 'user: hi\\nassistant: hello\nuser: bye', ['hi', 'hello', 'bye']],
    ['labels in capitals and blanks around them', ' USER : hi\n  Assistant:hello  ', ['hi', 'hello']],
    ['other labels', 'Human: hi\nAI: hello\nSystem: be brief\nTool: 7', ['hi', 'hello', 'be brief', '7']],
    ['turns of more lines', 'user: one\ntwo\n\nthree\nassistant: four', ['one\ntwo\n\nthree', 'four']],
    ['a turn that says nothing, which is no turn', 'user: hi\nassistant:\nuser: bye', ['hi', 'bye']],
    ['colons within turns', 'user: at 9:30: tea\nassistant: note: ok', ['at 9:30: tea', 'note: ok']],
    ['rare line separators within a turn', 'user: a\u2028b\nassistant: c', ['a\u2028b', 'c']],
  ])('is told by %s', (_, text, turns) => {
    expect(transcriptTurns(text)).toEqual(turns);
  });

  test.each([
    '',
    'What do I like?',
    'user: what do I like?',
    'user: one\ntwo',
    'user:\nassistant:',
    'hello\nuser: hi\nassistant: hello',
    'Melanie: hi\nCaroline: hello',
    'Note: hi\nuser: hello',
    'the user: hi\nthe assistant: hello',
    '\n\n',
    '\\n\\n',
  ])('is not %j', (text) => {
    expect(transcriptTurns(text)).toBeNull();
  });

  test('of any turns gives the turns back, joined either way', () => {
    const turn = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .map((text) => text.replaceAll(/[\\\r\n]/g, '').trim())
      .filter((text) => text !== '' && !/^\s*(?:user|assistant|system|human|ai|bot|agent|tool)\s*:/i.test(text));
    const label = fc.constantFrom('user', 'assistant', 'System', 'AI');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(label, turn), { minLength: 2, maxLength: 8 }),
        fc.constantFrom('\n', '\\n', '\r\n'),
        (said, joint) => {
          const text = said.map(([who, what]) => `${who}: ${what}`).join(joint);
          expect(transcriptTurns(text)).toEqual(said.map(([, what]) => what));
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });

  test.each(['user: ', 'user:\n', ' ', '\n', '\\n', 'user', ':'])(
    'of 100 KB of %j is read in linear time',
    async (unit) => {
      const growing = repeated(unit);
      const behindOne = (characters: number) => `user: a\n${growing(characters)}`;
      const texts = [['alone', growing] as const, ['behind a turn', behindOne] as const];
      expect(await slowTextsOf(transcriptTurns, 25_000, texts)).toEqual([]);
    },
  );
});
