import { workerData } from 'node:worker_threads';
import { openCorpusReader } from '../../adapters/open.ts';
import type { IndexSegment } from '../contract/corpus.ts';
import { findMultilingualModel } from '../embedding/multilingual-model.ts';
import { openStaticModelIfAny } from '../embedding/static-model.ts';
import { note, serveWorker } from '../platform/worker-channel.ts';
import { createMeaning } from '../retrieval/index/meaning.ts';
import type { AskedModel } from '../retrieval/index/model-vectors.ts';
import type { UnreadableSegment } from '../retrieval/index/user-indexes.ts';
import { type Layers, openLayers } from '../retrieval/layers.ts';
import type { Owner } from '../retrieval/owner.ts';
import type { Weights } from '../retrieval/ranking/ranking.ts';

/** What a search Worker is started with. */
export interface SearchWorkerData {
  readonly databaseUrl: string;
  readonly indexMaxBytes: number;
  /** Documents of the largest memory that is searched here; null for any. */
  readonly mostDocuments: number | null;
  readonly weights: Weights;
  /** For questions that come with a vector by the configured model. */
  readonly modelWeights: Weights;
}

/** The handlers of a search Worker, which owns indexes and a reading connection of its own. */
export type SearchHandlers = {
  search: Layers['search'];
  /** Brings a user's index into memory, with the vectors by the configured model. */
  prepare: (what: Owner & { readonly model: AskedModel | null }) => Promise<void>;
  forget: (userKey: number) => void;
};

/** What it says between calls: what is to be kept, and what could not be read. */
export type SearchNote =
  | { readonly made: IndexSegment }
  | { readonly unreadable: UnreadableSegment }
  | { readonly failed: string };

const say = (what: SearchNote): void => note(what);

/** Time without a search of a user after which their index gives away what could be kept of it, a piece at a time. */
const SEGMENT_PAUSE_MS = 200;

await serveWorker(async (): Promise<SearchHandlers> => {
  const { databaseUrl, indexMaxBytes, mostDocuments, weights, modelWeights } = workerData as SearchWorkerData;
  const corpus = await openCorpusReader(databaseUrl);
  // Without the model search goes by words alone, and says so in its answers.
  const model = await openStaticModelIfAny();
  const meaning = model && createMeaning(model, await findMultilingualModel());
  const {
    search,
    said: indexes,
    forget,
  } = openLayers(corpus, {
    ...{ meaning, maxBytes: indexMaxBytes, weights, modelWeights },
    mostDocuments: mostDocuments ?? Number.POSITIVE_INFINITY,
    remakesUnreadable: true,
    onUnreadable: (unreadable) => say({ unreadable }),
  });

  /** Gives away the segment that is to be kept next. False when there is none. */
  const give = async (owner: Owner): Promise<boolean> => {
    const remade = await indexes.nextUnreadable(owner);
    const segment = remade ?? indexes.nextSegment(owner);
    if (!segment) return false;
    say({ made: segment });
    if (!remade) indexes.gaveSegment(segment);
    return true;
  };

  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  const onFailed = (error: unknown): void => say({ failed: error instanceof Error ? error.message : String(error) });
  const keepWhatIsMade = (owner: Owner): void => {
    clearTimeout(timers.get(owner.userKey));
    const giveNext = (): void => {
      timers.delete(owner.userKey);
      give(owner).then((hasGiven) => hasGiven && keepWhatIsMade(owner), onFailed);
    };
    timers.set(owner.userKey, setTimeout(giveNext, SEGMENT_PAUSE_MS));
  };

  return {
    search: async (request) => {
      const answer = await search(request);
      keepWhatIsMade(request);
      return answer;
    },
    prepare: async ({ model, ...owner }) => {
      await indexes.open(owner, model);
      // Of a memory that grows all the time, what is there is kept meanwhile.
      if (!timers.has(owner.userKey)) keepWhatIsMade(owner);
    },
    forget,
  };
});
