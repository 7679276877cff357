import { z } from 'zod';
import { FACT_CATEGORIES, type FactDraft } from '../../../contract/fact-drafts.ts';
import { answersNothing } from '../../../text/non-answer.ts';
import { withoutRecalled } from '../../../text/recalled.ts';
import type { LanguageModel } from '../../language-model.ts';
import instructions from './prompt.md' with { type: 'text' };
import { negated } from './relation.ts';
import type { ExtractTurn } from './turns.ts';

/** They say what a program found or was told to do. */
const OF_PROGRAMS: ReadonlySet<string> = new Set(['system', 'developer', 'tool', 'function']);
/** Characters of a longer turn that the model reads. */
const MOST_CHARACTERS = 4_000;
const MOST_FACTS_A_TURN = 3;
const MOST_TEXT = 500;
const MOST_NAME = 200;
const OUTPUT_TOKENS = 4_000;
/** Less sure ones are left out. */
const LEAST_CONFIDENCE = 0.3;

const Day = z.string().nullable();
const Facts = z.object({
  facts: z.array(
    z.object({
      turn: z.int(),
      text: z.string(),
      subject: z.string(),
      predicate: z.string(),
      object: z.string(),
      category: z.literal(FACT_CATEGORIES),
      confidence: z.number(),
      valid_from: Day,
      valid_to: Day,
      ended: z.boolean(),
      entities: z.array(z.object({ name: z.string(), kind: z.string() })),
    }),
  ),
});
type Noted = z.output<typeof Facts>['facts'][number];

/** Whether a person speaks: what an assistant says is its own. */
const isOfPerson = ({ role, isNamed, content }: ExtractTurn): boolean =>
  !OF_PROGRAMS.has(role) && (role === 'user' || isNamed) && !answersNothing(content);

const lineOf = (turn: ExtractTurn, i: number): string => {
  const use = !turn.isContext && isOfPerson(turn) ? 'read' : 'context';
  const day = new Date(turn.createdAtMs).toISOString().slice(0, 10);
  const said = withoutRecalled(turn.content).slice(0, MOST_CHARACTERS);
  return `[${i}] ${use}, ${day}, ${JSON.stringify(turn.speaker)} (${turn.role}): ${JSON.stringify(said)}`;
};

const dayOf = (text: string | null): number | null => {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
};

const plain = (text: string, most: number): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, most);

/** A fact as it is kept; null for one that is none. */
const draftOf = (noted: Noted, turns: readonly ExtractTurn[]): FactDraft | null => {
  const turn = turns[noted.turn];
  const [text, subject] = [plain(noted.text, MOST_TEXT), plain(noted.subject, MOST_NAME)];
  if (!turn || turn.isContext || !isOfPerson(turn) || text === '' || subject === '') return null;
  const confidence = Math.max(0, Math.min(1, noted.confidence));
  if (confidence < LEAST_CONFIDENCE) return null;
  const [validFromMs, validToMs] = [dayOf(noted.valid_from), dayOf(noted.valid_to)];
  const isInOrder = validFromMs === null || validToMs === null || validFromMs <= validToMs;
  const object = plain(noted.object, MOST_TEXT);
  return {
    ...{ text, subject, confidence, category: noted.category },
    predicate: plain(noted.predicate, MOST_NAME) || 'say',
    // As the rules have it: an end is the opposite of what held, from its day on.
    object: noted.ended ? negated(object) : object,
    validFromMs: isInOrder && !noted.ended ? validFromMs : null,
    validToMs: noted.ended ? (validToMs ?? turn.createdAtMs) : validToMs,
    entities: noted.entities.flatMap(({ name, kind }) =>
      name.trim() === '' ? [] : [{ name: plain(name, MOST_NAME), kind: plain(kind, MOST_NAME) || 'other' }],
    ),
    messageKeys: [turn.key],
  };
};

/**
 * The facts that turns state, as a language model reads them; null when it cannot be asked, so that rules have to do. What
 * it notes of a turn that it was not to read, or that is none of the kinds, is left out.
 */
export const readByModel = async (model: LanguageModel, turns: readonly ExtractTurn[]): Promise<FactDraft[] | null> => {
  if (!turns.some((turn) => !turn.isContext && isOfPerson(turn))) return [];
  const answer = await model.ask({
    name: 'facts',
    instructions,
    prompt: turns.map(lineOf).join('\n'),
    schema: Facts,
    maxOutputTokens: OUTPUT_TOKENS,
  });
  if (answer === null) return null;
  const counts = new Map<number, number>();
  return answer.facts.flatMap((noted) => {
    const draft = draftOf(noted, turns);
    const count = (counts.get(noted.turn) ?? 0) + 1;
    if (!draft || count > MOST_FACTS_A_TURN) return [];
    counts.set(noted.turn, count);
    return [draft];
  });
};
