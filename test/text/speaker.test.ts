import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { speakerOf, spokenText } from '../../src/text/speaker.ts';

const SEED = 20_261_123;

describe('what search sees of a message', () => {
  test.each([
    ["the speaker's name before it", null, 'Ada', 'I like tea.', 'Ada: I like tea.'],
    ['the name that came with it, over the usual one', 'Bob', 'Ada', 'I like tea.', 'Bob: I like tea.'],
    ['nothing before it when nobody is known to speak', null, null, 'I like tea.', 'I like tea.'],
    ['nothing more when it names its speaker', null, 'Ada', 'Bob: I like tea.', 'Bob: I like tea.'],
    ['nothing more after a name of three words', null, 'Ada', 'Mary Ann Evans: hm', 'Mary Ann Evans: hm'],
    ['nothing more after a name with an accent and blanks', null, 'Ada', '  Zoë : hm', '  Zoë : hm'],
    ['a name before what looks like a name but for its case', null, 'Ada', 'note: tea', 'Ada: note: tea'],
    ['a name before what is too long for one', null, 'Ada', 'One Two Three Four: tea', 'Ada: One Two Three Four: tea'],
    ['the name that came with it, even before another', 'Cy', 'Ada', 'Bob: hm', 'Cy: Bob: hm'],
    ['a name before nothing', null, 'Ada', '', 'Ada: '],
  ])('has %s', (_, name, usualSpeaker, content, seen) => {
    expect(spokenText({ name, usualSpeaker }, content)).toBe(seen);
  });

  test('always ends with what was said, and is that alone when nobody is known', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(text, fc.option(text), fc.option(text), (content, name, usualSpeaker) => {
        const seen = spokenText({ name, usualSpeaker }, content);
        expect(seen).toEndWith(content);
        if (name === null && usualSpeaker === null) expect(seen).toBe(content);
        if (name !== null) expect(seen).toBe(`${name}: ${content}`);
      }),
      { seed: SEED },
    );
  });
});

describe('who speaks', () => {
  test.each([
    ['the name that came with the message', 'Bob', 'Ada', 'Cy: I like tea.', 'Bob'],
    ['the name that leads the content', null, 'Ada', 'Cy: I like tea.', 'Cy'],
    ['a leading name of three words', null, 'Ada', 'Mary Ann Evans: hm', 'Mary Ann Evans'],
    ['the usual speaker of the role', null, 'Ada', 'I like tea.', 'Ada'],
    ['the usual speaker before what is no name', null, 'Ada', 'note: tea', 'Ada'],
    ['nobody when nobody is known', null, null, 'I like tea.', null],
    ['whom the content names, when nobody else is known', null, null, 'Zoë: hm', 'Zoë'],
  ])('is %s', (_, name, usualSpeaker, content, speaker) => {
    expect(speakerOf({ name, usualSpeaker }, content)).toBe(speaker);
  });

  test.each(['A', 'Aa ', ' ', 'A:', "A'", '\n'])('is told of 100 KB of %j in a blink', (unit) => {
    const startedMs = performance.now();
    spokenText({ name: null, usualSpeaker: 'Ada' }, unit.repeat(100_000 / unit.length));
    expect(performance.now() - startedMs).toBeLessThan(200);
  });
});
