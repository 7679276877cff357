import type { FactDraft } from '../src/contract/fact-drafts.ts';
import type { FactState } from '../src/contract/facts.ts';

/** Mentions that a fact is made of: the first few say it all, and the others repeat it. */
export const MOST_COMPOSED = 16;
/** However often something is said, it may be wrong. */
const MOST_CONFIDENCE = 0.99;

/** Whose facts. */
export interface FactOwner {
  readonly tenantKey: number;
  readonly userKey: number;
}

/** A fact as it is stored. */
export interface FactRow {
  readonly key: number;
  readonly id: string;
  readonly sessionKey: number;
  readonly saidAt: number;
  readonly text: string;
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
  readonly category: FactDraft['category'];
  readonly confidence: number;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly state: FactState;
  readonly supersededBy: number | null;
  readonly endedAt: number | null;
  readonly editedAt: number | null;
}

export interface MentionRow {
  readonly sessionKey: number;
  readonly saidAt: number;
  readonly draft: string;
  readonly terms: string;
}

export type Source = { readonly messageKey: number; readonly sessionKey: number; readonly sequence: number };

const draftOf = ({ draft }: Pick<MentionRow, 'draft'>): FactDraft => JSON.parse(draft) as FactDraft;

/** What mentions say together: the words of the first, dates of the first that has one, and the chance that any is true. */
export const composed = (mentions: readonly MentionRow[]) => {
  const drafts = mentions.map(draftOf);
  const [first] = drafts;
  if (!first) return null;
  const { text, subject, predicate, object, category, entities } = first;
  const wrong = drafts.reduce((chance, { confidence }) => chance * (1 - confidence), 1);
  const dateOf = (name: 'validFromMs' | 'validToMs'): number | null =>
    drafts.map((draft) => draft[name]).find((date) => date !== null) ?? null;
  return {
    text,
    subject,
    predicate,
    object,
    category,
    entities,
    confidence: Math.max(first.confidence, Math.min(MOST_CONFIDENCE, 1 - wrong)),
    validFrom: dateOf('validFromMs'),
    validTo: dateOf('validToMs'),
  };
};

/** When a fact begins to take the place of another. */
export const beginOf = ({ validFrom, saidAt }: Pick<FactRow, 'validFrom' | 'saidAt'>): number => validFrom ?? saidAt;
