import { type Clause, isVerb } from '../../../text/clauses/clause.ts';
import type { TaggedWord } from '../../../text/clauses/tagger.ts';

/** What a clause says: a verb, with what is said of whether it holds. */
export interface Act {
  readonly lemma: string;
  readonly verb: TaggedWord;
  /** The words behind the verb. */
  readonly rest: readonly TaggedWord[];
  readonly isNegated: boolean;
  /** "no longer", "used to", "stopped": it held, and does not any more. */
  readonly isEnded: boolean;
  /** "might", "would", "want to", "going to": it does not hold, or not yet. */
  readonly isUncertain: boolean;
  /** Among those: what somebody means to do. */
  readonly isPlan: boolean;
  /** Among those: decided on, and not only wished for. */
  readonly isMeant: boolean;
  readonly isPast: boolean;
  readonly isProgressive: boolean;
  readonly isPerfect: boolean;
}

const UNCERTAIN: ReadonlySet<string> = new Set('would could should may might must can'.split(' '));
const PLANS: ReadonlySet<string> = new Set(
  'want plan hope wish intend need try consider think dream decide like love prefer aim wait expect'.split(' '),
);
const MEANT: ReadonlySet<string> = new Set(['plan', 'intend', 'decide', 'aim']);
const STARTS: ReadonlySet<string> = new Set('start begin keep continue'.split(' '));
const STOPS: ReadonlySet<string> = new Set('stop quit cease finish'.split(' '));
const NEGATIONS: ReadonlySet<string> = new Set(['not', "n't", 'never', 'no', 'hardly', 'neither']);

const isGerund = (word: TaggedWord | undefined): boolean =>
  word !== undefined && word.tag === 'VERB' && word.lower.endsWith('ing');

const ENDS = /\b(?:any ?more|any longer|no longer)\b/;

/** Reads what a clause says; null without a verb. */
export const actOf = ({ words, verb }: Pick<Clause, 'words' | 'verb'>): Act | null => {
  if (verb < 0) return null;
  let at = verb;
  let [isNegated, isEnded, isUncertain, isPlan, isMeant] = [false, false, false, false, false];
  let [isPast, isProgressive, isPerfect, isPassive] = [false, false, false, false];
  const behind = (from: number): number => {
    let next = from;
    while (next < words.length) {
      const word = words[next] as TaggedWord;
      if (NEGATIONS.has(word.lower)) isNegated = true;
      else if (word.tag !== 'ADV' && word.lower !== 'to') break;
      next += 1;
    }
    return next;
  };
  // Adverbs before the verb: "I never", "I no longer".
  for (let i = Math.max(0, verb - 3); i < verb; i += 1) {
    if (NEGATIONS.has((words[i] as TaggedWord).lower) && (words[i] as TaggedWord).tag !== 'DET') isNegated = true;
    if ((words[i] as TaggedWord).lower === 'no' && words[i + 1]?.lower === 'longer') isNegated = true;
  }
  for (let steps = 0; steps < 6; steps += 1) {
    const word = words[at] as TaggedWord;
    const next = behind(at + 1);
    const following = words[next];
    const hasTo = next > at + 1 && words.slice(at + 1, next).some(({ lower }) => lower === 'to');
    if (UNCERTAIN.has(word.lower) || word.lower === 'will' || word.lower === 'shall') {
      isUncertain = true;
      if (word.lower === 'will' || word.lower === 'shall') isPlan = true;
    } else if (word.lower === 'used' && hasTo) isEnded = true;
    else if (word.lemma === 'go' && word.lower === 'going' && hasTo && following && isVerb(following)) {
      isUncertain = true;
      isPlan = true;
      isMeant = true;
    } else if (
      PLANS.has(word.lemma) &&
      (hasTo || ((word.lemma === 'consider' || word.lemma === 'plan') && isGerund(following))) &&
      following &&
      isVerb(following)
    ) {
      isUncertain = true;
      isPlan = true;
      isMeant = MEANT.has(word.lemma);
    } else if (STOPS.has(word.lemma) && isGerund(following)) isEnded = true;
    else if (STARTS.has(word.lemma) && (isGerund(following) || (hasTo && following && isVerb(following))))
      isPast = false;
    else if (
      word.tag !== 'AUX' &&
      !(
        (word.lemma === 'have' || word.lemma === 'do' || word.lemma === 'be' || word.lemma === 'get') &&
        following?.tag === 'VERB' &&
        !hasTo
      )
    )
      break;
    if (!following || !isVerb(following)) break;
    isPassive = word.lemma === 'be' && !isGerund(following);
    if (word.lemma === 'be' && isGerund(following)) isProgressive = true;
    if (word.lemma === 'have') isPerfect = true;
    if (word.lower === 'was' || word.lower === 'were' || word.lower === 'did' || word.lower === 'had') isPast = true;
    at = next;
  }
  const main = words[at] as TaggedWord;
  let rest = words.slice(at + 1);
  const [after, behindThat] = rest;
  if (after && (after.lower === 'not' || after.lower === 'no' || after.lower === 'never')) {
    isNegated = true;
    // "am no longer a nurse": what is said of is behind it.
    if (after.lower === 'no' && behindThat?.lower === 'longer') rest = rest.slice(2);
  }
  const said = words.map(({ lower }) => lower).join(' ');
  if (isNegated && ENDS.test(said)) {
    isEnded = true;
    isNegated = false;
  }
  if (
    main.lower === 'was' ||
    main.lower === 'were' ||
    main.lower === 'had' ||
    (!isPassive &&
      main.tag === 'VERB' &&
      main.lower !== main.lemma &&
      !main.lower.endsWith('ing') &&
      !main.lower.endsWith('s'))
  )
    isPast = true;
  return {
    lemma: main.lemma,
    verb: main,
    rest,
    isNegated,
    isEnded,
    isUncertain,
    isPlan,
    isMeant,
    isPast,
    isProgressive,
    isPerfect,
  };
};
