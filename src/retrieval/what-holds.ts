import type { CorpusEntry, CorpusReader, Replaced } from '../contract/corpus.ts';
import type { DocumentKind } from '../contract/documents.ts';
import { termsIn } from '../text/terms.ts';
import type { Owner } from './owner.ts';

/** Results that are looked at, the first: what stands behind them nobody reads before they have read what holds. */
const MOST_LOOKED_AT = 10;

/** Characters of a message that are looked at. */
const MOST_OF_MESSAGE = 2_000;
/** Share of the words of a message from which a statement is what it is about. */
const SHARE_OF_MESSAGE = 0.6;

type Entry = Pick<CorpusEntry, 'kind' | 'key'>;

/** Where a result comes from: a place among those that were found, or a fact that is not among them. */
export type Placed = { readonly place: number } | { readonly factKey: number };

export interface AskedNow {
  readonly question: string;
  /** The moment that is asked about. */
  readonly atMs: number;
}

/**
 * Whether a statement is why its message was found: it shares a word with the question that is not the name of whom it is about, or
 * the message says little else.
 */
const bearsOn = (
  asked: ReadonlySet<string>,
  { text, subject }: Pick<Replaced, 'text' | 'subject'>,
  content: string,
): boolean => {
  const ofSubject = new Set(termsIn(subject, 'en'));
  const terms = new Set(termsIn(text, 'en').filter((term) => !ofSubject.has(term)));
  if ([...terms].some((term) => asked.has(term))) return true;
  const said = new Set(termsIn(content.slice(0, MOST_OF_MESSAGE), 'en'));
  return [...said].filter((term) => terms.has(term)).length >= SHARE_OF_MESSAGE * said.size;
};

/**
 * The order of results in which what holds stands above a message that says what held before: a message that says it moves up, and
 * where none is among the results, the fact itself stands there. Everything else stays where it is.
 *
 * @returns as many results as there are, with the place of each, of a fact that of the message that it stands above.
 */
export const whatHolds = (
  found: readonly (Entry & Pick<CorpusEntry, 'content'>)[],
  replaced: readonly Replaced[],
  { question, atMs }: AskedNow,
): Placed[] => {
  const asked = new Set(termsIn(question, 'en'));
  const order: Placed[] = found.map((_, place) => ({ place }));
  const keyAt = (placed: Placed): number | null => {
    const entry = 'place' in placed ? found[placed.place] : undefined;
    return entry?.kind === 'message' ? entry.key : null;
  };
  for (const one of replaced) {
    if (one.since > atMs) continue;
    const says = (placed: Placed): boolean => {
      if ('factKey' in placed) return placed.factKey === one.factKey;
      const key = keyAt(placed);
      return key !== null && one.messageKeys.includes(key);
    };
    const old = order.findIndex((placed) => keyAt(placed) === one.messageKey);
    // A message that says both says what holds.
    if (old < 0 || one.messageKeys.includes(one.messageKey)) continue;
    const content = found.find(({ kind, key }) => kind === 'message' && key === one.messageKey)?.content ?? '';
    if (!bearsOn(asked, one, content)) continue;
    const now = order.findIndex(says);
    if (now >= 0 && now < old) continue;
    const [moved = { factKey: one.factKey }] = now >= 0 ? order.splice(now, 1) : [];
    order.splice(old, 0, moved);
  }
  return order.slice(0, found.length);
};

/** A result as search ranks it. */
interface Ranked extends CorpusEntry {
  readonly score: number;
  readonly duplicates: number;
}

interface Asking extends Owner {
  readonly question: string;
  readonly nowMs: number;
  readonly filters: { readonly kinds: readonly DocumentKind[] };
}

/**
 * Puts what holds in place of what held before, each result with the score of the place that it takes. It asks for nothing when no
 * result says what holds no more.
 */
export const withWhatHolds = async <R extends Ranked>(
  corpus: Pick<CorpusReader, 'fetch' | 'replaced'>,
  { tenantKey, userKey, question, nowMs, filters }: Asking,
  found: readonly R[],
): Promise<readonly R[]> => {
  const outdated = found.slice(0, MOST_LOOKED_AT).flatMap(({ isOutdated, key }) => (isOutdated ? [key] : []));
  if (outdated.length === 0 || !filters.kinds.includes('fact')) return found;
  const replaced = await corpus.replaced(tenantKey, userKey, outdated);
  if (replaced.length === 0) return found;
  const order = whatHolds(found, replaced, { question, atMs: nowMs });
  const missing = order.flatMap((placed) => ('factKey' in placed ? [placed.factKey] : []));
  const references = missing.map((key) => ({ kind: 'fact', key }) as const);
  const facts = missing.length > 0 ? await corpus.fetch(tenantKey, userKey, references) : [];
  return order.flatMap((placed, i): R[] => {
    const place = found[i] as R;
    if ('place' in placed) return [{ ...(found[placed.place] as R), score: place.score }];
    const fact = facts.find(({ key }) => key === placed.factKey);
    // These are of the message.
    const { excerpt: _excerpt, isOutdated: _isOutdated, ...judged } = place as R & { readonly excerpt?: unknown };
    return fact ? [{ ...judged, ...fact, duplicates: 0 } as unknown as R] : [];
  });
};
