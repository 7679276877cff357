import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { speakerOf, spokenText } from '../../src/text/speaker.ts';

const SEED = 20_261_123;

describe('what search sees of a message', () => {
  test.each([
    ['the name that came with it', 'Bob', 'I like tea.', 'Bob: I like tea.'],
    ['nothing before it when it came with none', null, 'I like tea.', 'I like tea.'],
    ['the name that came with it, even before another', 'Cy', 'Bob: hm', 'Cy: Bob: hm'],
    ['a name before nothing', 'Ada', '', 'Ada: '],
    ['the beginning of a name without end', 'a'.repeat(1_000), 'hm', `${'a'.repeat(200)}: hm`],
  ])('has %s', (_, name, content, seen) => {
    expect(spokenText(name, content)).toBe(seen);
  });

  test('always ends with what was said, and is that alone when it came with no name', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(text, fc.option(text), (content, name) => {
        expect(spokenText(name, content)).toBe(name === null ? content : `${name}: ${content}`);
      }),
      { seed: SEED },
    );
  });
});

describe('who speaks', () => {
  test.each([
    ['the name that came with the message', 'Bob', 'Cy: I like tea.', 'Bob'],
    ['the name that leads the content', null, 'Cy: I like tea.', 'Cy'],
    ['a leading name of three words', null, 'Mary Ann Evans: hm', 'Mary Ann Evans'],
    ['a leading name with an accent and blanks', null, '  Zoë : hm', 'Zoë'],
    ['nobody when what leads has no capital', null, 'note: tea', null],
    ['nobody when what leads is too long for a name', null, 'One Two Three Four: tea', null],
    ['nobody when nobody is named', null, 'I like tea.', null],
  ])('is %s', (_, name, content, speaker) => {
    expect(speakerOf(name, content)).toBe(speaker);
  });
});
