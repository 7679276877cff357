import { type Act, actOf } from './act.ts';
import type { PlacedClause } from './candidates.ts';
import { KIN, ONLY_ONE } from './kin.ts';
import { textOf } from './phrases.ts';
import type { SlotValue } from './slots/reading.ts';
import { slotOf } from './slots/slots.ts';

/** Who a clause is about, and what it says of them. */
export interface About {
  readonly subject: string;
  readonly isSelf: boolean;
  readonly act: Act | null;
  readonly slot: SlotValue | null;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Who a clause is about and what slot it fills, as its speaker says it. */
export const aboutOf = ({ clause, carried }: PlacedClause, speaker: string): About => {
  const act = actOf(clause);
  const isSelf =
    clause.subject === 'i' || clause.subject === 'we' || (clause.subject === 'left-out' && carried === 'speaker');
  // "my sister lives in Rome and works at Fiat": the second verb has the subject of the first.
  const isCarried = carried !== null && carried !== 'speaker' && carried !== 'unknown';
  const before = isCarried ? carried : clause.words.slice(0, Math.max(0, clause.verb));
  const words = before.filter(({ tag }) => tag !== 'ADV' && tag !== 'AUX');
  if (isSelf) return { subject: speaker, isSelf, act, slot: act && slotOf({ act, subject: [], isSelf }, true) };
  const isOwned = words[0]?.lower === 'my' || words[0]?.lower === 'our';
  const noun = words.findLast(({ tag }) => tag === 'NOUN' || tag === 'PROPN');
  const isKin = isOwned && words.slice(1, 3).some(({ lemma }) => KIN.has(lemma)) && words.length <= 4;
  const isNamed = words.length > 0 && words.length <= 3 && words.every(({ tag }) => tag === 'PROPN');
  const slot =
    act && (clause.subject === 'noun' || isCarried) ? slotOf({ act, subject: words, isSelf }, isKin || isNamed) : null;
  if (slot?.isOfOwner) return { subject: speaker, isSelf, act, slot };
  if (isKin) {
    // One has one wife and several friends: "my friend Ana" is not "my friend Bea".
    const kin = words
      .slice(1)
      .filter(({ tag, lemma }, i, all) => tag !== 'PROPN' || !(i > 0 && ONLY_ONE.has(all[0]?.lemma ?? lemma)));
    return { subject: `${speaker}'s ${textOf(kin)}`, isSelf, act, slot };
  }
  const subject = isOwned ? `${speaker}'s ${textOf(words.slice(1))}` : textOf(words);
  return { subject: subject === '' ? (noun?.text ?? speaker) : capitalised(subject), isSelf, act, slot };
};
