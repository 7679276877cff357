import type { AccountNames, CorpusEntry, CorpusReader, CorpusReference } from '../contract/corpus.ts';
import { DOCUMENT_KINDS, rulesOf } from '../contract/documents.ts';
import { MARK } from '../text/marks.ts';
import { sayingOf } from '../text/saying.ts';
import { askedWords } from '../text/terms.ts';
import { awayFrom } from '../text/time-spans.ts';
import { transcriptTurns } from '../text/transcript.ts';
import { wholeAsked } from '../text/whole-conversation.ts';
import { askedFor } from './asked-for.ts';
import { byTime, timeStep } from './by-time.ts';
import { type Connected, connectedSlots, connectedStep } from './connected.ts';
import { Evidence } from './evidence/evidence.ts';
import { Scratch } from './evidence/scratch.ts';
import { type Excerpt, type ExcerptRequest, withExcerpts } from './excerpts.ts';
import { allowedSessions, filterSlots, metadataFilter, narrows, type SearchFilters } from './filters.ts';
import type { MeaningScales } from './index/meaning.ts';
import type { AskedModel } from './index/model-vectors.ts';
import { earlyNote, openSoon } from './index/open-soon.ts';
import { POOL_SIZE, WORTH_FROM } from './index/similar-questions.ts';
import type { UserIndex } from './index/user-index.ts';
import type { UserIndexes } from './index/user-indexes.ts';
import { holdersAmong } from './metadata-holders.ts';
import { othersFirst } from './others-first.ts';
import type { Owner } from './owner.ts';
import { createPassageFinder } from './passages.ts';
import { markedPreferences, type Preference, readPreferences } from './preferences.ts';
import { hasUnsaidWord, readQuestion } from './question.ts';
import { bestOf, type Candidate, highest, inRankOrder, poolOf } from './ranking/candidates.ts';
import { CERTAIN_OF, certaintyOf } from './ranking/certainty.ts';
import { type Distinct, withoutDuplicates } from './ranking/duplicates.ts';
import { certaintyStep, type Explanation, explainEach, newerStep } from './ranking/explain.ts';
import { MOST_REORDERED, newerFirst, toldOf } from './ranking/newer-first.ts';
import { type Part, rank, type Weights } from './ranking/ranking.ts';
import { toScore } from './ranking/score.ts';
import type { AskedTime, Told } from './ranking/takes-place.ts';
import { inMode, type SearchMode, weightsOf } from './search-mode.ts';
import { createUnitReader, type UnitReader } from './unit-reader.ts';
import { withWhatHolds } from './what-holds.ts';

/** A question as the configured model understands it. */
export interface ByModel extends AskedModel {
  /** Of length 1, one for each part of the question (asked-for.ts). */
  readonly vectors: readonly Float32Array[];
}

export interface SearchRequest extends Owner {
  readonly question: string;
  /** Most results; none for zero and less. */
  readonly topK: number;
  /** The best that are looked at for them, of which repeats are left out; `candidatesFor` says how many as a rule. */
  readonly candidates?: number;
  readonly mode: SearchMode;
  readonly filters: SearchFilters;
  /** The conversation that is asked from; null for none. */
  readonly sessionKey?: number | null;
  /** What "last week" is told from: epoch milliseconds. */
  readonly nowMs: number;
  /** How far the clocks are ahead of UTC by which days are told; absent for UTC. */
  readonly offsetMs?: number;
  /** Whether that is a moment that was asked for, and not the present one. */
  readonly isAsOf?: boolean;
  readonly explain: boolean;
  /** Of long contents what bears on the question is asked for, and not all; absent for whole ones. */
  readonly excerpts?: ExcerptRequest;
  /** Whether episodes and facts are looked for by their own words, beside what was said (`layers.ts`). */
  readonly withMade?: boolean;
  /** Whether what the user prefers is wanted beside what answers. */
  readonly withPreferences?: boolean;
  /** When an answer is of no use any more, in milliseconds from the request; absent for whenever. */
  readonly deadlineMs?: number | null;
  /** The generation of the user's memory, when it was read for this question: an index that holds it is not compared again. */
  readonly generation?: number;
  /** Absent when no model is configured, or it did not answer in time. */
  readonly byModel?: ByModel | null;
}

interface Judgement {
  /** From 0 to 1, comparable between questions. */
  readonly score: number;
  /** Whether it or what stands around it shares a word with the question, is near in meaning only, or is connected with it. */
  readonly foundBy: 'words' | 'meaning' | 'graph';
  /** Others that say the same and were left out for it. */
  readonly duplicates: number;
  readonly explain: readonly Explanation[] | null;
}

export interface Found extends CorpusEntry, Judgement {
  /** With `excerpts`, of a content that is longer than they say. */
  readonly excerpt?: Excerpt;
}

interface Ranked extends Judgement, Candidate {
  readonly reference: CorpusReference;
  readonly told: Told | null;
}

export interface SearchAnswer {
  readonly found: readonly Found[];
  /** With `withPreferences`: the most telling first. */
  readonly preferences?: readonly Preference[];
  /** What could not be done, in words. */
  readonly degraded: readonly string[];
  /** Whether the next try may do better, so that the answer is not kept. */
  readonly isPassing?: boolean;
  /** The names of accounts that were read for it; absent when the question could name none. */
  readonly accounts?: AccountNames | null;
  /** Whether all of the memory was looked at, or the best of a question that is much like this one. */
  readonly level: 'similar' | 'full';
}

/** Turns that stand in the transcript that is asked with, and the same question asked before, answer nothing. */
const alreadySaid = (index: UserIndex, turns: readonly string[] | null, question: string) => {
  const said = new Set((turns ?? [question]).map((text) => sayingOf(text)));
  const { saying, marks, kind } = index.columns.arrays;
  const isStatement = DOCUMENT_KINDS.map((name) => rulesOf(name).isStatement);
  return (slot: number): boolean =>
    !isStatement[kind[slot] as number] &&
    said.has(saying[slot] as number) &&
    (turns !== null || ((marks[slot] as number) & (MARK.endsAsking | MARK.onlyAsks)) !== 0);
};

interface There {
  readonly entry: CorpusEntry;
  readonly judged: Ranked;
}

/** A result in the place of another, whose score it takes: what is said anew stands above what it takes the place of. */
const foundOf = ({ entry, judged: { foundBy, duplicates, explain, sum } }: There, { judged: place }: There): Found => ({
  ...entry,
  ...{ score: place.score, foundBy, duplicates },
  explain: explain && place.sum !== sum ? [...explain, newerStep(place.sum - sum)] : explain,
});

const LEAST_CANDIDATES = 15;

/** How many of the best are looked at for so many results: repeats leave enough, or four times more are looked at. */
export const candidatesFor = (topK: number, least = LEAST_CANDIDATES): number => Math.max(least, 3 * topK);

/** Results whose contents are read at a time. */
const FETCHED_AT_A_TIME = 64;

/**
 * How long metadata are looked through, in milliseconds: of a deadline the share that leaves time for the answer, without
 * one so long.
 */
const SHARE_OF_DEADLINE = 0.8;
const MOST_MS = 20_000;

interface Looked {
  /** In order, repeats and all. */
  readonly best: readonly Candidate[];
  /** Those that say different things: as many as are asked for, if there are so many. */
  readonly distinct: readonly Distinct[];
}

/** @param best so many of the best, in order. */
const bestDistinct = (
  index: UserIndex,
  { topK, candidates = candidatesFor(topK), sessionKey }: SearchRequest,
  best: (count: number) => Candidate[],
): Looked => {
  for (let count = candidates; ; count *= 4) {
    const some = best(count);
    const distinct = withoutDuplicates(index, some, sessionKey);
    if (distinct.length >= topK || some.length < count) return { best: some, distinct: distinct.slice(0, topK) };
  }
};

/** What finds the passages of a text that bear on a question, by how much each of its words tells in this memory. */
const finderOf = ({ meaning }: UserIndex, parts: readonly Part[], reader: UnitReader) => {
  const soughts = parts.map(({ evidence: { terms, question }, share }) => ({
    text: question.text,
    terms: new Map(terms.known.flatMap((word) => word.terms.map((term) => [term, share * word.idf] as const))),
    directions: question.directions,
  }));
  return createPassageFinder(soughts, meaning, reader);
};

/**
 * From a question to ranked memories: index, evidence, sums, candidates, results. Of what is connected with a question, when that
 * is given, nothing else is found, whether or not anything but the connection speaks for it.
 *
 * @param modelWeights for questions and memories with vectors by the configured model.
 * @param clockMs milliseconds that never go back.
 */
export const createSearch = (
  corpus: CorpusReader,
  indexes: UserIndexes,
  weights: Weights,
  modelWeights: Weights = weights,
  clockMs: () => number = () => performance.now(),
) => {
  /** What is gone by now is passed over. Contents may be long, so others have their turn between some and the next. */
  async function* fetchSome(
    { tenantKey, userKey, topK }: SearchRequest,
    ranked: readonly Ranked[],
    asked: AskedTime | null,
  ): AsyncGenerator<Found[], void> {
    for (let from = 0; from < ranked.length; from += FETCHED_AT_A_TIME) {
      if (from > 0) await othersFirst();
      const some = ranked.slice(from, from + FETCHED_AT_A_TIME);
      const references = some.map(({ reference: { kind, key } }) => ({ kind, key }));
      const entries = await corpus.fetch(tenantKey, userKey, references);
      const there: (There & Pick<Ranked, 'told'> & Pick<CorpusEntry, 'content'>)[] = [];
      for (const judged of some) {
        // They come in the order of the references.
        const entry = entries[there.length];
        if (entry?.key !== judged.reference.key || entry.kind !== judged.reference.kind) continue;
        there.push({ entry, judged, told: judged.told, content: entry.content });
      }
      const order = from === 0 && asked ? newerFirst(there, asked) : [...there.keys()];
      yield order.slice(0, topK).map((place, i) => foundOf(there[place] as There, there[i] as There));
    }
  }

  const scratch = new Scratch();
  let reader: UnitReader | null = null;

  return async (request: SearchRequest, connected: Connected | null = null): Promise<SearchAnswer> => {
    const degraded: string[] = [];
    const untilMs = clockMs() + Math.min(MOST_MS, SHARE_OF_DEADLINE * (request.deadlineMs ?? Number.POSITIVE_INFINITY));
    const { topK, question, nowMs, offsetMs = 0, byModel = null } = request;
    const holds = request.filters.metadata === null ? null : metadataFilter(request.filters.metadata);
    if (topK <= 0) return { found: [], degraded, level: 'full' };
    const sessions = await allowedSessions(corpus, request, request.filters);
    const asked = askedFor(question);
    // A filter on metadata pauses, which an index that is still being read does not bear.
    const wordsToLookFor = holds ? null : () => asked.flatMap(({ text }) => askedWords(text, []));
    const { early, index: opened } = await openSoon(indexes, request, wordsToLookFor);
    let index = opened;
    if (!index) return { found: [], degraded, level: 'full' };
    if (early) degraded.push(earlyNote(early));
    let accounts: AccountNames | null | undefined;
    const { languages } = index;
    const words = asked.map(({ text }) => askedWords(text, languages));
    if (!early && words.some((each) => hasUnsaidWord(each, index as UserIndex))) {
      accounts = await corpus.accountNames(request.tenantKey, request.userKey);
      // In the pause another user's index may have put this one out of memory.
      index = await indexes.open(request, byModel, index.generation);
      if (!index) return { found: [], degraded, level: 'full' };
    }
    const mode = index.meaning || byModel ? request.mode : 'words';
    if (mode !== request.mode) degraded.push('meaning: no static model, searched by words alone');
    const isByModel = byModel !== null && mode !== 'words' && (index.model?.size ?? 0) > 0;
    const used = weightsOf(isByModel ? modelWeights : weights, mode);
    const questions = asked.map(({ text, share }, i) => ({
      read: inMode(
        readQuestion(text, index, nowMs, {
          ...{ all: words[i], byModel: byModel?.vectors[i], offsetMs, accounts: accounts ?? null },
        }),
        mode,
      ),
      share,
    }));
    // From here on without a pause: another user's index may put this one out of memory in between, and the arrays that
    // this search works in are the next one's too. One that has to pause for metadata has arrays of its own.
    scratch.reset();
    const ownScratch = holds ? new Scratch() : scratch;
    const filter = filterSlots(index, request.filters, sessions);
    const isSaid = alreadySaid(index, transcriptTurns(question), question);
    const slots = connected && connectedSlots(index, connected);
    const wanted = (slot: number): boolean => filter(slot) && !isSaid(slot) && (!slots || slots.has(slot));
    // The order of time among the best needs more than one of them.
    const wide = { ...request, topK: Math.max(topK, MOST_REORDERED) };
    const look = (pool: Uint32Array | null, scales: MeaningScales | null) => {
      const parts = questions.map(({ read, share }) => ({
        evidence: new Evidence(index, read, pool, ownScratch, scales),
        share,
      })) as [Part, ...Part[]];
      const sums = ownScratch.zeros(index.slotCount);
      rank(parts, used, sums);
      for (const [slot, added] of slots ?? []) sums[slot] = (sums[slot] as number) + added;
      const evidences = parts.map(({ evidence }) => evidence) as [Evidence, ...Evidence[]];
      if (holds) return { parts, evidences, sums, nearest: null, best: [], distinct: [] };
      const nearest = isWorthIt && !pool ? poolOf(evidences, sums, POOL_SIZE, wanted) : null;
      const best = (most: number): Candidate[] =>
        slots
          ? highest(index, sums, most, wanted, Uint32Array.from(slots.keys()))
          : bestOf(evidences, sums, most, wanted, nearest);
      return { parts, evidences, sums, nearest, ...bestDistinct(index, wide, best) };
    };

    const times = questions.flatMap(({ read }) => read.times);
    const away = times.length > 0 ? awayFrom(times) : () => 0;
    const whole = connected ? null : wholeAsked(question);
    const count = candidatesFor(wide.topK, request.candidates);
    const isTimed = whole && (whole.asked !== 'span' || times.length > 0);
    const timed = isTimed ? byTime(index, whole, { count, wanted, away }) : [];
    // What was said at no time that is asked for is looked for by its words.
    const inTime = timed.length > 0 ? timed : null;

    const { similar, generation } = index;
    const [{ read: only }] = questions as [(typeof questions)[0]];
    const direction = questions.length === 1 ? only.directions[only.ground] : null;
    const isWorthIt =
      direction && !early && !connected && index.size >= WORTH_FROM && topK <= POOL_SIZE / 4 && !holds && !inTime;
    const scope = isWorthIt
      ? JSON.stringify([request.filters, mode, isByModel, only.ground, only.speaker, only.account?.role, only.times])
      : '';
    const known = isWorthIt ? similar.find(generation, scope, direction) : null;
    let level: SearchAnswer['level'] = known ? 'similar' : 'full';
    let looked = known ? look(known.pool, known.scales) : look(null, null);
    if (known && looked.distinct.length < topK) {
      level = 'full';
      looked = look(null, null);
    }
    const { parts, evidences, sums, nearest, best } = looked;
    let distinct = inTime ? withoutDuplicates(index, inTime, request.sessionKey).slice(0, wide.topK) : looked.distinct;
    let isPassing = early !== null;
    const { excerpts } = request;
    // All indexes read by one model.
    reader ??= createUnitReader(index.meaning);
    const find = excerpts && finderOf(index, parts, reader);
    if (holds) {
      const isOver = (): boolean => clockMs() > untilMs;
      const ordered = inTime?.values() ?? inRankOrder(evidences, sums, wanted);
      const { holders, isComplete } = await holdersAmong(corpus, index, ordered, { ...wide, holds, isOver });
      distinct = holders;
      isPassing ||= !isComplete;
      if (!isComplete) degraded.push('filters.metadata: time was up before all of the memory was looked at');
    }
    if (isWorthIt && nearest) {
      const scales = evidences[0].meanings?.scales ?? null;
      similar.remember(generation, { scope, direction, pool: nearest, scales });
    }
    // Of all of the memory, as it was at the time that is asked for: a filter changes no score.
    const { createdTo } = request.filters;
    const { createdAt } = index.columns.arrays;
    const wasThere = (slot: number): boolean =>
      !isSaid(slot) && (createdTo === null || (createdAt[slot] as number) <= createdTo);
    const isNarrowed = holds !== null || slots !== null || narrows(request.filters);
    const ofAll = isNarrowed ? bestOf(evidences, sums, CERTAIN_OF, wasThere) : best;
    const certainty = inTime ? 0 : certaintyOf(parts, ofAll);
    const explained = request.explain ? explainEach(distinct, parts, inTime ? {} : used) : [];
    const saidWords = evidences.flatMap(({ terms }) => terms.known);
    const ranked = distinct.flatMap(({ slot, sum, duplicates }, i): Ranked[] => {
      const reference = index.document(slot);
      // It was withdrawn in a pause.
      if (!reference) return [];
      const isByWords = mode !== 'meaning' && evidences.some(({ words }) => words.bySlot[slot]);
      return [
        {
          ...{ slot, sum, reference, duplicates },
          score: toScore(sum + certainty),
          foundBy: connected ? 'graph' : isByWords ? 'words' : 'meaning',
          explain: explained[i]
            ? [
                ...(explained[i] as Explanation[]),
                ...(slots?.get(slot) ? [connectedStep(slots.get(slot) as number)] : []),
                inTime ? timeStep(sum) : certaintyStep(certainty),
              ]
            : null,
          told: i < MOST_REORDERED ? toldOf(index, { slot, sum }, saidWords) : null,
        },
      ];
    });
    const marked = request.withPreferences ? markedPreferences(index, questions[0]?.read.vectors ?? [], wanted) : [];
    const isAboutPast = questions.some(({ read }) => read.asked.past);
    const fetched = fetchSome(request, ranked, inTime ? null : { isAboutPast, away });
    const found =
      excerpts && find ? await withExcerpts(fetched, find, excerpts) : (await Array.fromAsync(fetched)).flat();
    const preferences = await readPreferences(corpus, request, marked);
    const held = inTime || isAboutPast ? found : await withWhatHolds(corpus, request, found);
    return {
      ...{ found: held, degraded, level },
      ...(marked.length > 0 && { preferences }),
      ...(accounts !== undefined && { accounts }),
      ...(isPassing && { isPassing }),
    };
  };
};

export type Search = ReturnType<typeof createSearch>;
