import type { FactDraft } from '../src/contract/fact-drafts.ts';
import { sha256Hex } from '../src/platform/digest.ts';
import { termsIn } from '../src/text/terms.ts';

/** What names a slot of which somebody has one value. */
const SLOT = '=';
/** From how much of the words of both a statement counts as the one that was forgotten. */
const SAME_WORDS = 0.8;
const DIGITS = 12;

/**
 * Terms as they are kept of a statement that a person deleted, whose words nobody may read any more. Without those of the subject,
 * who may have another name when the message is read again.
 */
export const digestsOf = (
  userKey: number,
  { subject }: Pick<FactDraft, 'subject'>,
  terms: readonly string[],
): string => {
  const ofSubject = new Set(termsIn(subject, 'en'));
  const kept = [...new Set(terms)].filter((term) => !ofSubject.has(term));
  const digests = kept.map((term) => {
    const mark = term.startsWith(SLOT) ? SLOT : '';
    return `${mark}${sha256Hex(`${userKey} ${term}`).slice(0, DIGITS)}`;
  });
  return JSON.stringify(digests.sort());
};

/** Whether a statement of a message is one that was deleted: it fills the same slot, or says it in about the same words. */
export const isForgotten = (digests: string, forgotten: string): boolean => {
  const [now, before] = [JSON.parse(digests) as string[], JSON.parse(forgotten) as string[]];
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
