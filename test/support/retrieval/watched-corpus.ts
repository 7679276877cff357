import type { CorpusFacet } from '../../../src/contract/corpus.ts';

/** A store's corpus that is watched, and can be held up and made to fail while documents are handed over. */
export interface WatchedCorpus extends CorpusFacet {
  /** From which generation whose documents were asked for, in order of asking. */
  readonly loads: { readonly userKey: number; readonly after: number }[];
  /** Awaited before each batch of documents; throw in it to make the catch-up fail. */
  beforeBatch: () => Promise<unknown>;
  /** Awaited before metadata are read. */
  onMetadata: () => unknown;
}

export const watchCorpus = (corpus: CorpusFacet): WatchedCorpus => {
  const watched: WatchedCorpus = {
    ...corpus,
    loads: [],
    beforeBatch: async () => {},
    onMetadata: () => {},
    async *documents(tenantKey, userKey, after, keys) {
      watched.loads.push({ userKey, after });
      const batches = corpus.documents(tenantKey, userKey, after, keys)[Symbol.asyncIterator]();
      for (;;) {
        await watched.beforeBatch();
        const batch = await batches.next();
        if (batch.done) return;
        yield batch.value;
      }
    },
    metadataOf: async (...given) => {
      await watched.onMetadata();
      return corpus.metadataOf(...given);
    },
  };
  return watched;
};
