import { MemfuseError } from '../src/contract/errors.ts';
import { type FactPatch, type FactSnapshot, MOST_NOMINATED } from '../src/contract/facts.ts';
import type { FactRow } from './fact-making.ts';

/** Facts of messages that are asked for, names of an entity, and drafts of a range that are shown, at most. */
export const MOST_OF_MESSAGES = 1_000;
export const MOST_ALIASES = 20;
export const MOST_OF_RANGE = 8;

/** A row as a patch makes it; dates of what is over are its end. */
export const patched = (row: FactRow, { terms: _terms, ...patch }: FactPatch, at: number): FactRow => {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  const next = { ...row, ...given, editedAt: at } as FactRow;
  const { validFrom, validTo } = next;
  if (validFrom !== null && validTo !== null && validTo < validFrom) {
    const message = 'A fact cannot end before it begins: send a valid_to at or after its valid_from.';
    throw new MemfuseError('invalid', message, { field: 'valid_to' });
  }
  if (next.state === 'active') return { ...next, supersededBy: null, endedAt: null };
  if (next.state !== 'superseded') return next;
  const isMoved = patch.validTo !== undefined && patch.validTo !== null;
  return { ...next, endedAt: isMoved ? validTo : (row.endedAt ?? validTo ?? at) };
};

/** A row as a person makes it who takes a change back. `newerKey`: of what had superseded it before, null when that is gone. */
export const afterUndo = (row: FactRow, before: FactSnapshot, newerKey: number | null, at: number): FactRow => {
  const { supersededBy: _supersededBy, validTo, ...fields } = before;
  const isOver = before.state === 'superseded';
  const ends = isOver ? { endedAt: validTo } : { endedAt: null, validTo };
  return { ...row, ...fields, ...ends, supersededBy: isOver ? newerKey : null, editedAt: at };
};

/** Of the facts that share terms with a statement those that share the most, and the rarest; of equal ones the newest. */
export const best = (weights: ReadonlyMap<number, number>): number[] =>
  [...weights]
    .sort(([a, weightOfA], [b, weightOfB]) => weightOfB - weightOfA || b - a)
    .slice(0, MOST_NOMINATED)
    .map(([key]) => key);
