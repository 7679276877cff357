import type { FactDraft } from '../../../contract/fact-drafts.ts';
import {
  type FactState,
  MOST_NOMINATED,
  type NewMention,
  type NominatedFact,
  type Nominations,
  type Supersession,
} from '../../../contract/facts.ts';
import { relationOf } from './relation.ts';

/** A statement with what older facts are nominated by for it, and when its newest message was said. */
export interface Said {
  readonly draft: FactDraft;
  /** What it is found by, and what others are found by for it. */
  readonly terms: readonly string[];
  readonly rivalTerms: readonly string[];
  readonly saidAt: number;
}

export interface Settled {
  readonly mentions: readonly NewMention[];
  readonly supersessions: readonly Supersession[];
}

type Statement = Omit<FactDraft, 'entities' | 'messageKeys'>;

/** A fact that there is, or that a statement has made, as it stands by now. */
interface Known extends Pick<NominatedFact, 'id' | 'saidAt' | 'editedAt' | 'isOfRange' | 'ofRange'> {
  readonly statement: Statement;
  /** The message that said it last, of a statement of this range; 0 of others. */
  readonly messageKey: number;
  state: FactState;
  supersededAt: number | null;
}

const newestOf = ({ messageKeys: [newest = 0] }: FactDraft): number => newest;

const knownOf = ({
  id,
  saidAt,
  editedAt,
  isOfRange,
  ofRange,
  state,
  supersededAt,
  ...statement
}: NominatedFact): Known => {
  return { id, saidAt, editedAt, isOfRange, ofRange, state, supersededAt, statement, messageKey: 0 };
};

/** Whether a fact that said the same may say it again: not one that was over by then, nor one that was retracted before. */
const mayRepeat = ({ state, supersededAt, editedAt }: Known, saidAt: number): boolean => {
  if (state === 'retracted') return editedAt !== null && editedAt >= saidAt;
  return state === 'active' || (supersededAt !== null && supersededAt > saidAt);
};

/** Whether a statement of this range is one that an earlier try made, or that a person has changed since. */
const isSameAsBefore = ({ ofRange, editedAt, state }: Known, draft: FactDraft): boolean =>
  ofRange.some(
    (before) =>
      newestOf(before) === newestOf(draft) &&
      (before.text === draft.text ||
        ((editedAt !== null || state === 'retracted') &&
          before.subject === draft.subject &&
          before.predicate === draft.predicate)),
  );

/**
 * Compares statements with facts that there are and with each other, in the order in which they were said. Which fact supersedes
 * another depends on when they were said and not on which was read first, so sessions may be read in any order: a fact is
 * superseded by the first statement that closes it.
 */
export const settle = (
  said: readonly Said[],
  { facts, ofStatements }: Pick<Nominations, 'facts' | 'ofStatements'>,
  newId: () => string,
): Settled => {
  const known = facts.map(knownOf);
  const made = new Map<string, Known[]>();
  const mentions: NewMention[] = [];
  const over = new Map<string, Supersession>();

  const close = (older: Known, newer: Pick<Known, 'id' | 'saidAt'>, reason: string): void => {
    if (older.editedAt !== null && older.editedAt >= newer.saidAt) return;
    if (older.supersededAt !== null && older.supersededAt <= newer.saidAt) return;
    older.state = 'superseded';
    older.supersededAt = newer.saidAt;
    over.set(older.id, { olderId: older.id, newerId: newer.id, reason });
  };

  const candidatesOf = (place: number, terms: readonly string[]): Known[] => {
    const nominated = (ofStatements[place] ?? []).flatMap((fact) => known[fact] ?? []);
    const beside = new Set(terms.flatMap((term) => made.get(term)?.slice(-MOST_NOMINATED) ?? []));
    return [...nominated, ...[...beside].slice(-MOST_NOMINATED)];
  };

  const add = (self: Known, terms: readonly string[]): void => {
    for (const term of terms) made.set(term, [...(made.get(term) ?? []), self].slice(-MOST_NOMINATED));
  };

  /** Closes what the statement takes the place of, and the statement when something later has taken its own. */
  const compare = (self: Known, others: readonly Known[]): void => {
    for (const other of others) {
      if (other.isOfRange || other.state === 'retracted') continue;
      const isSameMessage = other.messageKey === self.messageKey;
      if (other.saidAt === self.saidAt && isSameMessage) continue;
      const isLater = other.saidAt > self.saidAt;
      const relation = isLater
        ? relationOf(other.statement, self.statement)
        : relationOf(self.statement, other.statement);
      if (relation.kind !== 'closes') continue;
      if (isLater) close(self, other, relation.reason);
      else close(other, self, relation.reason);
    }
  };

  for (const [place, { draft, terms, rivalTerms, saidAt }] of said.entries()) {
    const { entities: _entities, messageKeys: _messageKeys, ...statement } = draft;
    const candidates = candidatesOf(place, rivalTerms);
    const repeats = (other: Known): boolean =>
      mayRepeat(other, saidAt) &&
      (other.saidAt > saidAt ? relationOf(other.statement, statement) : relationOf(statement, other.statement)).kind ===
        'repeats';
    const before = candidates.find((other) => isSameAsBefore(other, draft)) ?? candidates.find(repeats);
    mentions.push({ factId: before?.id ?? newId(), draft, terms, saidAt });
    if (before) continue;
    const { factId: id } = mentions.at(-1) as NewMention;
    const self: Known = {
      ...{ id, saidAt, statement, messageKey: newestOf(draft) },
      ...{ editedAt: null, isOfRange: false, ofRange: [], state: 'active', supersededAt: null },
    };
    compare(self, candidates);
    add(self, terms);
  }
  return { mentions, supersessions: [...over.values()] };
};
