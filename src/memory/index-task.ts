import type { ChunkFacet, StretchMessage, StretchVersion } from '../contract/chunks.ts';
import type { OutboxTask } from '../contract/outbox.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { type ChunkDraft, chunkStretch } from './chunker.ts';

/** What a Worker makes of an `index` task: not yet counted, and embedded only when that is a look-up in a table. */
export interface IndexDraft {
  readonly version: StretchVersion;
  /** Rounds in the stretch. */
  readonly rounds: number;
  /** The fingerprint of the model that made the vectors; null when there are none. */
  readonly model: string | null;
  readonly chunks: readonly (ChunkDraft & { readonly vector: Float32Array | null })[];
  /** The messages as they are spoken, for the token counter and the model. */
  readonly messages: readonly Pick<StretchMessage, 'sequence' | 'name' | 'usualSpeaker' | 'content'>[];
}

export interface IndexRequest {
  readonly task: OutboxTask;
  /** About how many tokens a chunk holds at the most. */
  readonly maxTokens: number;
}

export interface IndexContext {
  readonly chunks: Pick<ChunkFacet, 'readStretch'>;
  /** Null when the vectors are made elsewhere. */
  readonly embedder: Embedder | null;
  /** Called between steps, as a sign of life. */
  readonly beat: () => void;
}

/** Reads a stretch of a session as it is now, cuts it into chunks and embeds them. */
export const runIndexTask = async (
  { task, maxTokens }: IndexRequest,
  { chunks, embedder, beat }: IndexContext,
): Promise<IndexDraft> => {
  const { messages, version } = await chunks.readStretch(task);
  beat();
  const drafts = chunkStretch(messages, maxTokens);
  const embedded: (ChunkDraft & { vector: Float32Array | null })[] = [];
  for (const draft of drafts) {
    const [vector = null] = embedder ? await embedder.embed([draft.content]) : [];
    embedded.push({ ...draft, vector });
    beat();
  }
  return {
    version,
    rounds: new Set(messages.map(({ round }) => round)).size,
    model: embedder?.model.fingerprint ?? null,
    chunks: embedded,
    messages: messages.map(({ sequence, name, usualSpeaker, content }) => ({ sequence, name, usualSpeaker, content })),
  };
};

/** What a background Worker is started with. */
export interface BackgroundWorkerData {
  readonly databaseUrl: string;
  /** Whether the embedder is the table that ships with the server, which a Worker reads by itself. */
  readonly embedsByTable: boolean;
}

/** The handlers of a background Worker. */
export type BackgroundHandlers = { index: (request: IndexRequest) => Promise<IndexDraft> };
