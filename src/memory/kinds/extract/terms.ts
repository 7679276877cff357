import type { FactDraft } from '../../../contract/fact-drafts.ts';
import { termsIn } from '../../../text/terms.ts';
import { closersOf, holdsOneValue, rivalsOf } from './relation.ts';

/** Words of a statement that it is nominated by, at the most. */
const MOST_WORDS = 16;

export type Described = Pick<FactDraft, 'text' | 'subject' | 'predicate' | 'object'>;

const wordsOf = ({ text, object }: Pick<Described, 'text' | 'object'>): string[] =>
  [...new Set([...termsIn(object, 'en'), ...termsIn(text, 'en')])].slice(0, MOST_WORDS);

/** A slot of somebody: `=` when it has one value at a time, `~` when it may have several. */
const slotTerm = (predicate: string, subject: string): string =>
  `${holdsOneValue(predicate) ? '=' : '~'}${predicate} ${subject.toLowerCase()}`;

const hasSlot = (predicate: string): boolean => rivalsOf(predicate).length > 0;

/** What a statement is found by when a later one may repeat or supersede it: its slot and its words, those of its object first. */
export const termsOfStatement = (statement: Described): string[] => [
  ...(hasSlot(statement.predicate) ? [slotTerm(statement.predicate, statement.subject)] : []),
  ...wordsOf(statement),
];

/** What facts are looked for by that a statement may repeat or supersede, or that may supersede it. */
export const rivalTermsOf = (statement: Described): string[] => {
  const { predicate, subject } = statement;
  const slots = new Set([...rivalsOf(predicate), ...closersOf(predicate)]);
  return [...[...slots].map((slot) => slotTerm(slot, subject)), ...wordsOf(statement)];
};
