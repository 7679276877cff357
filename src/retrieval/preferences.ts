import type { CorpusEntry, CorpusReader, CorpusReference } from '../contract/corpus.ts';
import { MARK } from '../text/marks.ts';
import { passagesOf } from '../text/passages.ts';
import { isInstruction, standingPreferencesIn } from '../text/standing-preference.ts';
import { termsOf } from '../text/terms.ts';
import type { UserIndex } from './index/user-index.ts';
import type { Owner } from './owner.ts';
import type { Question } from './question.ts';
import { toldOf } from './ranking/newer-first.ts';
import { cosineOf, type Told } from './ranking/takes-place.ts';

/** What the user prefers or wants done each time: a message with nothing but the sentences that say so as its content. */
export type Preference = CorpusEntry;

/** Of more passages with the mark the newest are looked at: their vectors are held against the question. */
const MOST_LOOKED = 4_096;
/** Of those so many are read that bear most on the question, and so many of the newest. A block has room for ten or so. */
const MOST_BEARING = 24;
const MOST_NEWEST = 16;
/** What has more passages is a document, and nobody's preference. */
const MOST_PASSAGES = 64;

/** Cosine from which a preference bears on a question; of those without a common topic one in twenty is as near. */
const BEARS_FROM = 0.3;

/** A passage with the mark, before it has been read. */
interface Marked extends Told {
  readonly reference: CorpusReference;
  readonly nearness: number;
}

/**
 * The passages that may tell preferences: those that bear on the question, then the newest.
 *
 * @param vectors of the question, by ground.
 * @param wanted what the filters let through.
 */
export const markedPreferences = (
  index: UserIndex,
  vectors: Question['vectors'],
  wanted: (slot: number) => boolean,
): Marked[] => {
  const { marks, key, createdAt, passages, inverse, ground } = index.columns.arrays;
  const slots: number[] = [];
  for (let slot = 0; slot < index.slotCount; slot += 1) {
    if (((marks[slot] as number) & MARK.preference) === 0 || (key[slot] as number) < 0) continue;
    if ((passages[slot] as number) <= MOST_PASSAGES && wanted(slot)) slots.push(slot);
  }
  slots.sort((a, b) => (createdAt[b] as number) - (createdAt[a] as number) || b - a);
  const looked = slots.slice(0, MOST_LOOKED);
  const marked = vectors.flatMap((vector, own) => {
    const those = looked.filter((slot) => ground[slot] === own);
    const products = vector && those.length > 0 ? index.vectors?.dotsOf(vector.components, those) : null;
    return those.map((slot) => ({
      slot,
      nearness: products && vector ? (products[slot] as number) * vector.scale * (inverse[slot] as number) : 0,
    }));
  });
  const bearing = marked
    .filter(({ nearness }) => nearness >= BEARS_FROM)
    .sort((a, b) => b.nearness - a.nearness)
    .slice(0, MOST_BEARING);
  const isBearing = new Set(bearing.map(({ slot }) => slot));
  const nearness = new Map(marked.map((each) => [each.slot, each.nearness]));
  const newest = looked.filter((slot) => !isBearing.has(slot)).slice(0, MOST_NEWEST);
  return [...isBearing, ...newest].flatMap((slot): Marked[] => {
    const reference = index.document(slot);
    return reference ? [{ ...toldOf(index, { slot, sum: 0 }), reference, nearness: nearness.get(slot) ?? 0 }] : [];
  });
};

/** Words by which something is preferred or refused, and not what. */
const PREFERRING: ReadonlySet<string> = new Set(
  termsOf(
    `I really do prefer like love enjoy hate dislike detest avoid loathe despise adore refuse never always only eat drink
    use wear anymore longer now strongly absolutely please want stand tolerate favourite favorite more much again`,
  ),
);
const FAVOURITE = /favou?rit|lieblings|préféré|любим|一番好き|最喜[欢歡]/iu;
/** Terms that two favourites share, of the shorter one's, when they are one favourite with another value. */
const SAME_FAVOURITE = 0.6;
/** Cosine from which what is told to have changed is what an older one says. */
const CHANGE_COSINE = 0.4;

interface Read extends Marked {
  readonly entry: Preference;
  readonly terms: ReadonlySet<string>;
  /** Its terms without those of preferring. */
  readonly topic: ReadonlySet<string>;
}

const shared = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => [...a].filter((term) => b.has(term)).length;

/** Whether one says anew what another says, as far as words can tell: the same about the same, or the opposite. */
const takesPlaceOf = (newer: Read, older: Read): boolean => {
  if (newer.createdAt < older.createdAt) return false;
  if (newer.entry.content === older.entry.content) return true;
  const common = shared(newer.topic, older.topic);
  const least = Math.min(newer.topic.size, older.topic.size);
  const isSameTopic = least > 0 && common === least;
  if (isSameTopic && (least > 1 || newer.topic.size === older.topic.size)) return true;
  const areFavourites = FAVOURITE.test(newer.entry.content) && FAVOURITE.test(older.entry.content);
  if (areFavourites) {
    return shared(newer.terms, older.terms) >= SAME_FAVOURITE * Math.min(newer.terms.size, older.terms.size);
  }
  return newer.tellsChange && common > 0 && cosineOf(newer, older) >= CHANGE_COSINE;
};

/** Those that bear on the question first, then what is to be done each time, then the newest. */
const inOrder = (a: Read, b: Read): number => {
  const bearing = (each: Read): number => (each.nearness >= BEARS_FROM ? each.nearness : 0);
  const instructing = (each: Read): number => Number(isInstruction(each.entry.content));
  return bearing(b) - bearing(a) || instructing(b) - instructing(a) || b.createdAt - a.createdAt;
};

/** Reads what may tell preferences: those that do, without older ones that were said anew since, the most telling first. */
export const readPreferences = async (
  corpus: CorpusReader,
  { tenantKey, userKey }: Owner,
  marked: readonly Marked[],
): Promise<Preference[]> => {
  if (marked.length === 0) return [];
  const references = [...new Map(marked.map(({ reference }) => [reference.key, reference])).values()];
  const entries = await corpus.fetch(tenantKey, userKey, references);
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const read = marked.flatMap((each): Read[] => {
    const entry = byKey.get(each.reference.key);
    const { from, end } = passagesOf(entry?.content ?? '')[each.passage] ?? { from: 0, end: 0 };
    const content = standingPreferencesIn((entry?.content ?? '').slice(from, end)).join(' ');
    if (!entry || content === '') return [];
    const terms = new Set(termsOf(content));
    const topic = new Set([...terms].filter((term) => !PREFERRING.has(term)));
    return [{ ...each, entry: { ...entry, content }, terms, topic }];
  });
  const newestFirst = read.toSorted((a, b) => b.createdAt - a.createdAt || b.reference.key - a.reference.key);
  const kept: Read[] = [];
  for (const each of newestFirst) if (!kept.some((newer) => takesPlaceOf(newer, each))) kept.push(each);
  return kept.sort(inOrder).map(({ entry }) => entry);
};
