import type { FactDraft } from '../src/contract/fact-drafts.ts';
import { sha256Hex } from '../src/platform/digest.ts';
import { termsIn } from '../src/text/terms.ts';

/** What names a slot of which somebody has one value. */
const SLOT = '=';
/** From how much of the words of both a statement counts as the one that was forgotten. */
const SAME_WORDS = 0.8;
const DIGITS = 12;

/** A statement that a person deleted, as it is stored: digests of its terms, and the key of the user that these were made with. */
interface Forgotten {
  /** Of a user who came from another store it is not the key that the user has here. */
  readonly salt: number;
  readonly terms: readonly string[];
}

type Statement = { readonly draft: Pick<FactDraft, 'subject'>; readonly terms: readonly string[] };

/** Without the terms of the subject, who may have another name when the message is read again. */
const digestsOf = (salt: number, { draft: { subject }, terms }: Statement): string[] => {
  const ofSubject = new Set(termsIn(subject, 'en'));
  const kept = [...new Set(terms)].filter((term) => !ofSubject.has(term));
  const digests = kept.map((term) => {
    const mark = term.startsWith(SLOT) ? SLOT : '';
    return `${mark}${sha256Hex(`${salt} ${term}`).slice(0, DIGITS)}`;
  });
  return digests.sort();
};

const forgottenOf = (userKey: number, text: string): Forgotten => {
  const value = JSON.parse(text) as readonly string[] | Forgotten;
  // Rows of earlier versions are of the user's own key.
  return 'salt' in value ? value : { salt: userKey, terms: value };
};

/** A statement as it is kept of one that a person deleted, whose words nobody may read any more. */
export const toForgotten = (userKey: number, statement: Statement): string =>
  JSON.stringify({ salt: userKey, terms: digestsOf(userKey, statement) } satisfies Forgotten);

/** The same for a store in which the user has another key. */
export const movableForgotten = (userKey: number, stored: string): string =>
  JSON.stringify(forgottenOf(userKey, stored));

/** Whether a statement of a message is one that was deleted: it fills the same slot, or says it in about the same words. */
export const isForgotten = (userKey: number, statement: Statement, stored: string): boolean => {
  const { salt, terms: before } = forgottenOf(userKey, stored);
  const now = digestsOf(salt, statement);
  const isSlot = (digest: string): boolean => digest.startsWith(SLOT);
  const there = new Set(before);
  if (now.some((digest) => isSlot(digest) && there.has(digest))) return true;
  const [words, wordsBefore] = [now, before].map((all) => all.filter((digest) => !isSlot(digest)).length) as [
    number,
    number,
  ];
  const shared = now.filter((digest) => !isSlot(digest) && there.has(digest)).length;
  return shared > 0 && (2 * shared) / (words + wordsBefore) >= SAME_WORDS;
};
