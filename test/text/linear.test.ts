import { describe, expect, test } from 'bun:test';
import { countText } from '../../src/buffer/count-text.ts';
import { analysedText } from '../../src/text/analysed.ts';
import { askedOf } from '../../src/text/asked.ts';
import { continues } from '../../src/text/continuation.ts';
import { languageOf } from '../../src/text/languages.ts';
import { marksOf, passageMarksOf } from '../../src/text/marks.ts';
import { answersNothing } from '../../src/text/non-answer.ts';
import { onlyAsks } from '../../src/text/only-asks.ts';
import { passagesOf } from '../../src/text/passages.ts';
import { wishesFor } from '../../src/text/preference.ts';
import { sayingOf } from '../../src/text/saying.ts';
import { speakerOf } from '../../src/text/speaker.ts';
import { standingPreferencesIn } from '../../src/text/standing-preference.ts';
import { askedWords, termsOf } from '../../src/text/terms.ts';
import { spokenTimes } from '../../src/text/times/spoken.ts';
import { type SpokenLanguage, WORD_LISTS } from '../../src/text/times/spoken-languages.ts';
import { timesNamedIn } from '../../src/text/times/times-named.ts';
import { tokensOf } from '../../src/text/times/tokens.ts';
import { tokenizableParts } from '../../src/text/tokens.ts';
import { transcriptTurns } from '../../src/text/transcript.ts';
import { wholeAsked } from '../../src/text/whole-conversation.ts';
import { slowTextsOf } from '../support/growth.ts';

const CHARACTERS = 16_384;
/** Of what is read in many ways. */
const FEW_CHARACTERS = 1_024;
const NOW = Date.parse('2026-01-14T12:00:00Z');

/** Of a text that is not the one that was asked about last, whose language is known. */
const freshLanguageOf = (text: string): unknown => {
  languageOf('');
  return languageOf(text);
};

/** What of a text in its plain form is read of times, without the bound that a question has. */
const timesIn = (language: SpokenLanguage) => (text: string) =>
  spokenTimes(tokensOf(text, Number.POSITIVE_INFINITY), language, NOW);

describe('the time that it takes grows with the length of a text and no more:', () => {
  test.each<[string, (text: string) => unknown]>([
    ['what of it is analysed', analysedText],
    ['what it asks for', askedOf],
    ['its marks', (text) => marksOf(text, 'assistant', languageOf(text))],
    ['the marks of a passage', (text) => passageMarksOf(text, 'user', languageOf(text))],
    ['its passages', passagesOf],
    ['whether it wishes for something', wishesFor],
    ['what of it is a standing preference', standingPreferencesIn],
    ['whether it asks for a conversation as a whole', wholeAsked],
    ['whether it goes on', continues],
    ['its digest', sayingOf],
    ['whether it answers nothing', answersNothing],
    ['whether it only asks', onlyAsks],
    ['who speaks it', (text) => speakerOf(null, text)],
    ['its language', freshLanguageOf],
    ['its terms', termsOf],
    ['the words of a question', (text) => askedWords(text, ['de', 'ru'])],
    ['the times that it names', (text) => timesNamedIn(text, NOW)],
    ['the parts that tokens are counted in', tokenizableParts],
    ['its tokens', countText],
    ['the turns of a transcript', transcriptTurns],
  ])('%s', async (_, read) => {
    expect(await slowTextsOf(read, CHARACTERS)).toEqual([]);
  });

  test.each(Object.keys(WORD_LISTS) as SpokenLanguage[])(
    'the times that it names in the language %s',
    async (language) => {
      expect(await slowTextsOf(timesIn(language), FEW_CHARACTERS)).toEqual([]);
    },
  );
});
