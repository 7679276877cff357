import { workerData } from 'node:worker_threads';
import { openSearchReaders } from '../../adapters/open.ts';
import type { IndexSegment } from '../contract/corpus.ts';
import { openStaticModel } from '../embedding/static-model.ts';
import { note, serveWorker } from '../platform/worker-channel.ts';
import { createMeaning } from '../retrieval/index/meaning.ts';
import type { AskedModel } from '../retrieval/index/model-vectors.ts';
import { type UnreadableSegment, UserIndexes } from '../retrieval/index/user-indexes.ts';
import { Memories } from '../retrieval/outline/memories.ts';
import { LATER, type MadeOutline, Outlines } from '../retrieval/outline/outlines.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { Weights } from '../retrieval/ranking/ranking.ts';
import { createSearch, type Search } from '../retrieval/search.ts';

/** What a search Worker is started with. */
export interface SearchWorkerData {
  readonly databaseUrl: string;
  readonly indexMaxBytes: number;
  /** Documents of the largest memory that is searched here; null for any, by its outline until it is loaded. */
  readonly mostDocuments: number | null;
  /** What a memory may take by itself, without room for any other; a larger one is searched by its outline. */
  readonly memoryMaxBytes: number;
  readonly weights: Weights;
  /** For questions that come with a vector by the configured model. */
  readonly modelWeights: Weights;
}

/** The handlers of a search Worker, which owns indexes and a reading connection of its own. */
export type SearchHandlers = {
  search: Search;
  /** Brings a user's index into memory, with the vectors by the configured model. */
  prepare: (what: Owner & { readonly model: AskedModel | null }) => Promise<void>;
  forget: (userKey: number) => void;
};

/** What it says between calls: what is to be kept, and what could not be read. */
export type SearchNote =
  | { readonly made: IndexSegment }
  | { readonly outlined: MadeOutline }
  | { readonly unreadable: UnreadableSegment }
  | { readonly failed: string };

const say = (what: SearchNote): void => note(what);

/** Time without a search of a user after which their index gives away what could be kept of it, a piece at a time. */
const SEGMENT_PAUSE_MS = 200;
/** The same of an outline, which takes the writer twenty times as long. */
const OUTLINE_PAUSE_MS = 1_000;

/** The share of the room that outlines have where memories have them. */
const OUTLINE_SHARE = 1 / 4;

await serveWorker(async (): Promise<SearchHandlers> => {
  const { databaseUrl, indexMaxBytes, mostDocuments, memoryMaxBytes, weights, modelWeights } =
    workerData as SearchWorkerData;
  const readers = openSearchReaders(databaseUrl);
  const { corpus } = readers;
  // Without the model search goes by words alone, and says so in its answers.
  const meaning = await openStaticModel().then(createMeaning, () => null);
  const onUnreadable = (unreadable: UnreadableSegment): void => say({ unreadable });
  const hasOutlines = meaning !== null && mostDocuments === null;
  const outlineBytes = hasOutlines ? Math.ceil(indexMaxBytes * OUTLINE_SHARE) : 0;
  const indexes = new UserIndexes(corpus, meaning, indexMaxBytes - outlineBytes, {
    mostDocuments: mostDocuments ?? Number.POSITIVE_INFINITY,
    remakesOutdated: true,
    onUnreadable,
  });
  const outlines = hasOutlines ? new Outlines(readers, meaning, outlineBytes, { onUnreadable }) : null;
  const onFailed = (error: unknown): void => say({ failed: error instanceof Error ? error.message : String(error) });
  const memories = new Memories(indexes, { outlines, maxBytes: memoryMaxBytes, onFailed });
  const search = createSearch(corpus, memories, weights, modelWeights);

  /** Gives away what is to be kept next. How long to wait for more; null when there is nothing. */
  const give = async (owner: Owner): Promise<number | null> => {
    const remade = await indexes.nextOutdated(owner);
    if (remade) {
      say({ made: remade });
      return SEGMENT_PAUSE_MS;
    }
    for (const holder of [indexes, outlines]) {
      const segment = holder?.nextSegment(owner);
      if (!segment) continue;
      say({ made: segment });
      holder?.gaveSegment(segment);
      return SEGMENT_PAUSE_MS;
    }
    const outlined = await memories.nextOutline(owner);
    if (!outlined) {
      await memories.settle(owner);
      return null;
    }
    if (outlined !== LATER) say({ outlined });
    return OUTLINE_PAUSE_MS;
  };

  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  const keepWhatIsMade = (owner: Owner, pauseMs = SEGMENT_PAUSE_MS): void => {
    clearTimeout(timers.get(owner.userKey));
    const giveNext = (): void => {
      timers.delete(owner.userKey);
      give(owner).then((nextPauseMs) => nextPauseMs !== null && keepWhatIsMade(owner, nextPauseMs), onFailed);
    };
    timers.set(owner.userKey, setTimeout(giveNext, pauseMs));
  };

  return {
    search: async (request) => {
      const answer = await search(request);
      keepWhatIsMade(request);
      return answer;
    },
    prepare: async ({ model, ...owner }) => {
      await memories.prepare(owner, model);
      // Of a memory that grows all the time, what is there is kept meanwhile.
      if (!timers.has(owner.userKey)) keepWhatIsMade(owner);
    },
    forget: (userKey) => memories.forget(userKey),
  };
});
