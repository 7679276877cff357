import type { CorpusDocument } from '../../contract/corpus.ts';
import { type Language, languageOf } from '../../text/languages.ts';
import { marksOf, passageMarksOf } from '../../text/marks.ts';
import { passagesOf } from '../../text/passages.ts';
import { sayingOf } from '../../text/saying.ts';
import { speakerOf, spokenText } from '../../text/speaker.ts';
import { termsIn } from '../../text/terms.ts';
import { othersFirst } from '../others-first.ts';
import { ENGLISH_GROUND, type Ground, type Meaning } from './meaning.ts';

/** A passage as an index holds it. */
export interface ReadPassage {
  readonly marks: number;
  /** In order, with repeats. */
  readonly terms: readonly string[];
  /** Null without a static model. */
  readonly meaning: ReturnType<Meaning['read']> | null;
}

/** A document as an index holds it, before it is put there. */
export interface ReadDocument {
  readonly document: CorpusDocument;
  readonly speaker: string | null;
  readonly language: Language | null;
  readonly ground: Ground;
  readonly saying: number;
  readonly marks: number;
  readonly passages: readonly ReadPassage[];
}

/** Reads in steps, each of so many characters and what is left of a passage. */
function* stepsOf(
  document: CorpusDocument,
  meaning: Meaning | null,
  charactersAtATime: () => number,
): Generator<void, ReadDocument> {
  const { content, name, role } = document;
  const spans = passagesOf(content);
  const language = languageOf(content);
  const ground = meaning?.groundOf(content, language) ?? ENGLISH_GROUND;
  const speaker = speakerOf(name, content);
  const passages: ReadPassage[] = [];
  let characters = 0;
  for (const { from, end } of spans) {
    if (characters >= charactersAtATime()) {
      characters = 0;
      yield;
    }
    characters += end - from;
    const text = spans.length === 1 ? content : content.slice(from, end);
    const spoken = spokenText(name, text);
    const terms = termsIn(text, language);
    passages.push({
      marks: passageMarksOf(text, role, language),
      terms: spoken === text ? terms : [...termsIn(spoken.slice(0, spoken.length - text.length), null), ...terms],
      meaning: meaning?.read(spoken, ground) ?? null,
    });
  }
  const saying = sayingOf(content);
  return { document, speaker, language, ground, saying, marks: marksOf(content, role, language), passages };
}

/** Reads a document, which is most of the work of adding it to an index: one of 256 KiB takes a fifth of a second. */
export const readAtOnce = (document: CorpusDocument, meaning: Meaning | null): ReadDocument => {
  const steps = stepsOf(document, meaning, () => Number.POSITIVE_INFINITY);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
};

/** The same with a pause after so many characters, in which searches of others have their turn. */
export const readInTurns = async (
  document: CorpusDocument,
  meaning: Meaning | null,
  charactersAtATime: () => number,
): Promise<ReadDocument> => {
  const steps = stepsOf(document, meaning, charactersAtATime);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await othersFirst();
  return step.value;
};
