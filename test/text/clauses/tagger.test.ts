import { expect, test } from 'bun:test';
import { openTagger } from '../../../src/text/clauses/tagger.ts';

test('words come with their part of speech, their lemma, and whether a blank stands before them', async () => {
  const { sentencesOf } = await openTagger();
  const [first, second, ...others] = sentencesOf('I moved to Lisbon. It rains!');
  expect(others).toEqual([]);
  expect(first?.map(({ text, tag, lemma }) => `${text}/${tag}/${lemma}`)).toEqual([
    'I/PRON/i',
    'moved/VERB/move',
    'to/ADP/to',
    'Lisbon/PROPN/lisbon',
    './PUNCT/.',
  ]);
  expect(second?.map(({ isApart }) => isApart)).toEqual([false, true, false]);
});

test('a verb behind a name is no noun, and a capitalised verb within a sentence is a name', async () => {
  const { sentencesOf } = await openTagger();
  expect(sentencesOf('Tom lives in Leeds.')[0]?.[1]).toMatchObject({ tag: 'VERB', lemma: 'live' });
  expect(sentencesOf('My favourite band is Blur.')[0]?.[4]).toMatchObject({ tag: 'PROPN' });
});

test('it can be made anew again and again, since wink keeps every word that it has seen', async () => {
  const { sentencesOf } = await openTagger(10);
  // What the model doubles each time fills the memory by the twenty-first.
  for (let i = 0; i < 25; i += 1) {
    const words = sentencesOf(`Word${i} and another${i} stand in a sentence of their own here.`).flat();
    expect(words.length).toBeGreaterThan(10);
  }
});
