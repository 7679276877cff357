import type { FactDraft } from '../../../contract/fact-drafts.ts';
import { openTeller } from '../../../text/clauses/third-person.ts';
import { tellsStanding } from '../../../text/standing-preference.ts';
import { type About, aboutOf } from './about.ts';
import { beginsAlone, type Candidate, type PlacedClause, placedClauses, renderCandidate } from './candidates.ts';
import { categoryOf } from './category.ts';
import { chosenOf } from './choose.ts';
import { heldTime, validityOf } from './dates.ts';
import { entitiesOf } from './entities.ts';
import { instructionsOf } from './instructions.ts';
import type { FactWeights } from './model.ts';
import { nounPhrase, textOf } from './phrases.ts';
import { negated } from './relation.ts';
import type { ReadTurn } from './turns.ts';

const MOST_A_TURN = 3;
/** What fills a slot, or tells a lasting taste, is kept whatever its words are like, and is surer than what has good words alone. */
const CONFIDENCE_OF_SLOT = 0.7;
const CONFIDENCE_OF_TASTE = 0.6;
const CONFIDENCE_OF_WORDS = 0.3;

/** Between what its kind gives by itself and 1, by how well its words are chosen. */
const surer = (byKind: number, chance: number): number => byKind + (1 - byKind) * chance;

interface Statement {
  readonly candidate: Candidate;
  /** That its words are those that one would write down; 0 when it is told for another reason. */
  readonly chance: number;
}

const sourceOf = ({ clauses }: Candidate): string => clauses.map(({ clause }) => textOf(clause.words)).join(' ');

const MOST_OBJECT_WORDS = 12;

/** What the verb of a clause says of its subject, in the third person. */
const objectOf = ({ act }: About, { turn, other }: ReadTurn): string => {
  if (!act) return '';
  const phrase = nounPhrase(act.rest, 0);
  const teller = openTeller({ speaker: turn.speaker, other });
  teller.add(phrase.length > 0 ? phrase : act.rest.slice(0, MOST_OBJECT_WORDS));
  return teller.text();
};

const draftOf = ({ candidate, chance }: Statement, read: ReadTurn): FactDraft => {
  const { turn } = read;
  const abouts = candidate.clauses.map((placed) => aboutOf(placed, turn.speaker));
  const first = abouts[0] as About;
  const about = abouts.find(({ slot }) => slot !== null) ?? first;
  const text = renderCandidate(candidate, read);
  const source = sourceOf(candidate);
  const { slot, act } = about;
  const validity = validityOf(source, act, turn.createdAtMs);
  const object = slot ? (slot.isEnd ? negated(slot.object) : slot.object) : objectOf(about, read) || text;
  return {
    text,
    subject: about.subject,
    predicate: slot?.predicate ?? act?.lemma ?? 'say',
    object,
    category: slot?.category ?? categoryOf(text, source, act),
    confidence: surer(slot ? CONFIDENCE_OF_SLOT : chance === 0 ? CONFIDENCE_OF_TASTE : CONFIDENCE_OF_WORDS, chance),
    // That something ended holds from its end on.
    validFromMs: slot?.isEnd ? (validity.fromMs ?? validity.toMs ?? heldTime(turn.createdAtMs)) : validity.fromMs,
    validToMs: slot?.isEnd ? null : validity.toMs,
    entities: entitiesOf(
      candidate.clauses,
      turn.speaker,
      abouts.some(({ isSelf }) => isSelf) || source.toLowerCase().includes('my '),
    ),
    messageKeys: read.isJoined && read.before && candidate.from === 0 ? [turn.key, read.before.key] : [turn.key],
  };
};

/** A run of clauses, cut where what fills a slot would share a fact with something else: one may end without the other. */
const partsOf = ({ clauses, from }: Candidate, speaker: string): Candidate[] => {
  const parts: Candidate[] = [];
  let [start, hasSlot] = [0, false];
  const cut = (end: number): void => {
    if (end > start) parts.push({ clauses: clauses.slice(start, end), from: from + start, end: from + end });
    start = end;
    hasSlot = false;
  };
  clauses.forEach((placed, i) => {
    const fills = aboutOf(placed, speaker).slot !== null;
    if (i > start && (fills || hasSlot) && beginsAlone(placed)) cut(i);
    if (fills) hasSlot = true;
  });
  cut(clauses.length);
  return parts;
};

/** What of a turn is told although its words were not chosen: slots, lasting tastes, and a short answer. */
const besides = (placed: readonly PlacedClause[], read: ReadTurn, isTaken: (at: number) => boolean): Statement[] =>
  placed.flatMap((each, at) => {
    if (!each.isStated || !beginsAlone(each) || isTaken(at)) return [];
    const isSlot = aboutOf(each, read.turn.speaker).slot !== null;
    const isAnswer = at === 0 && read.isJoined;
    const isTaste = each.clause.subject === 'i' && tellsStanding(textOf(each.clause.words));
    return isSlot || isAnswer || isTaste ? [{ candidate: { clauses: [each], from: at, end: at + 1 }, chance: 0 }] : [];
  });

/** The facts of a turn, the surest first, three at the most. */
export const draftsOf = (read: ReadTurn, weights: FactWeights): FactDraft[] => {
  const chosen = chosenOf(read, weights);
  const isTaken = (at: number): boolean => chosen.some(({ candidate: { from, end } }) => from <= at && at < end);
  const statements = [
    ...chosen.flatMap(({ candidate, confidence: chance }) =>
      partsOf(candidate, read.turn.speaker).map((part) => ({ candidate: part, chance })),
    ),
    ...besides(placedClauses(read), read, isTaken),
  ];
  const drafts = [...instructionsOf(read), ...statements.map((statement) => draftOf(statement, read))];
  return drafts.toSorted((a, b) => b.confidence - a.confidence).slice(0, MOST_A_TURN);
};
