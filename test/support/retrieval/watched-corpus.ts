import type { CorpusFacet } from '../../../src/contract/corpus.ts';

/** A store's corpus that is watched, and can be held up and made to fail while documents are read. */
export interface WatchedCorpus extends CorpusFacet {
  /** From which generation whose documents were asked for, in order of asking. */
  readonly loads: { readonly userKey: number; readonly after: number }[];
  /** Awaited before each batch of documents; throw in it to make the catch-up fail. */
  beforeBatch: () => Promise<unknown>;
  /** Awaited before metadata are read. */
  onMetadata: () => unknown;
}

export const watchCorpus = (corpus: CorpusFacet): WatchedCorpus => {
  async function* watch<T>(batches: AsyncIterable<T>, load: WatchedCorpus['loads'][number]): AsyncGenerator<T, void> {
    watched.loads.push(load);
    const reading = batches[Symbol.asyncIterator]();
    for (;;) {
      await watched.beforeBatch();
      const batch = await reading.next();
      if (batch.done) return;
      yield batch.value;
    }
  }
  const watched: WatchedCorpus = {
    ...corpus,
    loads: [],
    beforeBatch: async () => {},
    onMetadata: () => {},
    documents: (tenantKey, userKey, after, ...which) =>
      watch(corpus.documents(tenantKey, userKey, after, ...which), { userKey, after }),
    changes: async (tenantKey, userKey, since) => {
      const changes = await corpus.changes(tenantKey, userKey, since);
      if (!changes || since.after === undefined) return changes;
      return { ...changes, documents: watch(changes.documents, { userKey, after: since.after }) };
    },
    metadataOf: async (...given) => {
      await watched.onMetadata();
      return corpus.metadataOf(...given);
    },
  };
  return watched;
};
