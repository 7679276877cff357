import type { FactDraft } from '../../../contract/fact-drafts.ts';
import { openTeller } from '../../../text/clauses/third-person.ts';
import { isInstruction, tellsStanding } from '../../../text/standing-preference.ts';
import { type About, aboutOf } from './about.ts';
import { type Candidate, type PlacedClause, placedClauses, renderCandidate } from './candidates.ts';
import { categoryOf } from './category.ts';
import { chosenOf } from './choose.ts';
import { validityOf } from './dates.ts';
import { entitiesOf } from './entities.ts';
import type { FactWeights } from './model.ts';
import { nounPhrase, textOf } from './phrases.ts';
import { negated } from './relation.ts';
import type { ReadTurn } from './turns.ts';

const MOST_A_TURN = 3;
/** What fills a slot, or tells a lasting taste, is kept whatever its words are like. */
const CONFIDENCE_OF_SLOT = 0.7;
const CONFIDENCE_OF_TASTE = 0.6;

const single = (placed: PlacedClause, at: number): Candidate => ({ clauses: [placed], from: at, end: at + 1 });

interface Statement {
  readonly candidate: Candidate;
  readonly confidence: number;
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

const draftOf = ({ candidate, confidence }: Statement, read: ReadTurn): FactDraft => {
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
    confidence,
    validFromMs: slot?.isEnd ? null : validity.fromMs,
    validToMs: slot?.isEnd ? (validity.fromMs ?? validity.toMs ?? turn.createdAtMs) : validity.toMs,
    entities: entitiesOf(
      candidate.clauses,
      turn.speaker,
      abouts.some(({ isSelf }) => isSelf) || source.toLowerCase().includes('my '),
    ),
    messageKeys: read.isJoined && read.before && candidate.from === 0 ? [turn.key, read.before.key] : [turn.key],
  };
};

/** What whoever answers is to do each time, as a fact of whoever wants it. */
const instructionsOf = (read: ReadTurn): FactDraft[] => {
  const { turn, sentences } = read;
  if (turn.isNamed) return [];
  return sentences.flatMap(({ clauses, isQuestion }) => {
    const said = clauses
      .map(
        ({ words }, i) =>
          `${i > 0 && clauses[i]?.lead ? `${['and', 'but', 'so', 'or'].includes(clauses[i]?.lead ?? '') ? `${clauses[i]?.lead} ` : ''}` : ''}${textOf(words)}`,
      )
      .join(' ');
    if (isQuestion || !isInstruction(said)) return [];
    return [
      {
        text: `${turn.speaker} asks: ${said}.`,
        subject: turn.speaker,
        predicate: 'instructs',
        object: said,
        category: 'instruction' as const,
        confidence: CONFIDENCE_OF_SLOT,
        validFromMs: null,
        validToMs: null,
        entities: [{ name: turn.speaker, kind: 'person' }],
        messageKeys: [turn.key],
      },
    ];
  });
};

/** The facts of a turn, the surest first, three at the most. */
export const draftsOf = (read: ReadTurn, weights: FactWeights): FactDraft[] => {
  const placed = placedClauses(read);
  const chosen = chosenOf(read, weights);
  const statements: Statement[] = [];
  const taken = new Set<number>();
  placed.forEach((each, at) => {
    if (!each.isStated || each.carried === 'unknown') return;
    const { slot } = aboutOf(each, read.turn.speaker);
    const inside = chosen.find(({ candidate }) => candidate.from <= at && at < candidate.end);
    if (slot) {
      const others = inside
        ? placed
            .slice(inside.candidate.from, inside.candidate.end)
            .filter((other) => other !== each && aboutOf(other, read.turn.speaker).slot)
        : [];
      if (inside && others.length === 0) return;
      statements.push({
        candidate: single(each, at),
        confidence: Math.max(CONFIDENCE_OF_SLOT, inside?.confidence ?? 0),
      });
      taken.add(at);
    } else if (!inside && at === 0 && read.isJoined) {
      statements.push({ candidate: single(each, at), confidence: CONFIDENCE_OF_TASTE });
    } else if (
      !inside &&
      !each.clause.isDependent &&
      each.clause.subject === 'i' &&
      tellsStanding(textOf(each.clause.words))
    ) {
      statements.push({ candidate: single(each, at), confidence: CONFIDENCE_OF_TASTE });
    }
  });
  for (const { candidate, confidence } of chosen) {
    const isSplit = Array.from({ length: candidate.end - candidate.from }, (_, i) => candidate.from + i).some((at) =>
      taken.has(at),
    );
    if (!isSplit) statements.push({ candidate, confidence });
  }
  const drafts = [...instructionsOf(read), ...statements.map((statement) => draftOf(statement, read))];
  return drafts.toSorted((a, b) => b.confidence - a.confidence).slice(0, MOST_A_TURN);
};
