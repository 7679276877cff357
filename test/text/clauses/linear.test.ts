import { describe, expect, test } from 'bun:test';
import { expandContractions } from '../../../src/text/clauses/contractions.ts';
import { clausesOf } from '../../../src/text/clauses/cut.ts';
import { proseOf } from '../../../src/text/clauses/prose.ts';
import { withoutQuotations } from '../../../src/text/clauses/quotations.ts';
import { openTagger } from '../../../src/text/clauses/tagger.ts';
import { contentStems } from '../../../src/text/content-words.ts';
import { slowTextsOf } from '../../support/growth.ts';

const CHARACTERS = 16_384;
/** Of what is given lines of prose alone, which are no longer than a message is read. */
const FEW_CHARACTERS = 1_000;

describe('the time that it takes grows with the length of a text and no more:', () => {
  test.each<[string, (text: string) => unknown]>([
    ['its prose', proseOf],
    ['its contractions', expandContractions],
    ['its quotations', withoutQuotations],
    ['the words that tell something', contentStems],
  ])('%s', async (_, read) => {
    expect(await slowTextsOf(read, CHARACTERS)).toEqual([]);
  });

  test('the clauses of its prose', async () => {
    const { sentencesOf } = await openTagger();
    const read = (text: string) =>
      proseOf(text).flatMap((line) => sentencesOf(expandContractions(line)).map(clausesOf));
    expect(await slowTextsOf(read, FEW_CHARACTERS)).toEqual([]);
  });
});
