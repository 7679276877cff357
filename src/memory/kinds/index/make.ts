import type { WorkMessage } from '../../../contract/work.ts';
import type { DraftHeader, MakeContext, TaskRequest } from '../kind.ts';
import { type ChunkDraft, chunkRange } from './chunker.ts';

/** The result of a Worker for an `index` task: without token counts, and with vectors only when they come from the static model. */
export interface IndexDraft extends DraftHeader {
  readonly kind: 'index';
  /** The fingerprint of the model that made the vectors; null when there are none. */
  readonly model: string | null;
  readonly chunks: readonly (ChunkDraft & { readonly vector: Float32Array | null })[];
  /** The messages as they are spoken, for the token counter and the model. */
  readonly messages: readonly Pick<WorkMessage, 'sequence' | 'name' | 'content'>[];
}

/** Reads a range of a session as it is now, cuts it into chunks and embeds them. */
export const makeIndex = async (
  { task, maxTokens }: TaskRequest,
  { work, embedder, beat }: MakeContext,
): Promise<IndexDraft> => {
  const { messages, version } = await work.read(task);
  beat();
  const drafts = chunkRange(messages, maxTokens);
  const embedded: (ChunkDraft & { vector: Float32Array | null })[] = [];
  for (const draft of drafts) {
    const [vector = null] = embedder ? await embedder.embed([draft.content]) : [];
    embedded.push({ ...draft, vector });
    beat();
  }
  return {
    kind: 'index',
    version,
    rounds: new Set(messages.map(({ round }) => round)).size,
    model: embedder?.model.fingerprint ?? null,
    chunks: embedded,
    messages: messages.map(({ sequence, name, content }) => ({ sequence, name, content })),
  };
};
