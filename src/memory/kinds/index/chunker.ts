import type { WorkMessage } from '../../../contract/work.ts';

/** A piece of a conversation, cut along its rounds. */
export interface ChunkDraft {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly content: string;
}

/** What the chunks are called in the debugging API. */
export const CHUNK_STRATEGY = 'message';

/**
 * Tokens of a text without counting them: a quarter of its bytes in UTF-8, which is what English and code come to, and
 * four for the frame of a message.
 */
export const estimateTokens = (content: string): number => Math.ceil(Buffer.byteLength(content) / 4) + 4;

const render = ({ role, name, content }: WorkMessage): string => `[${name ?? role}]: ${content}`;

/**
 * Cuts a range into chunks of whole rounds, each of about `maxTokens` at the most; a round that is longer by itself is
 * a chunk by itself. Messages without text left, and ranges without messages, give none.
 */
export const chunkRange = (messages: readonly WorkMessage[], maxTokens: number): ChunkDraft[] => {
  const chunks: ChunkDraft[] = [];
  let open: WorkMessage[] = [];
  let openTokens = 0;
  const close = (): void => {
    const [first, last] = [open[0], open.at(-1)];
    if (first && last) {
      const content = open.map(render).join('\n');
      chunks.push({ firstSequence: first.sequence, lastSequence: last.sequence, content });
    }
    open = [];
    openTokens = 0;
  };
  for (const round of Map.groupBy(messages, (message) => message.round).values()) {
    const tokens = round.reduce((sum, { content }) => sum + estimateTokens(content), 0);
    if (openTokens > 0 && openTokens + tokens > maxTokens) close();
    open.push(...round);
    openTokens += tokens;
  }
  close();
  return chunks;
};
