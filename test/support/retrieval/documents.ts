import type { CorpusDocument } from '../../../src/contract/corpus.ts';

/** A message that nobody in particular said. */
export const message = (key: number, content: string, more: Partial<CorpusDocument> = {}): CorpusDocument => ({
  kind: 'message',
  key,
  sessionKey: 1,
  sequence: key,
  role: 'user',
  name: null,
  content,
  createdAt: key,
  ...more,
});

/** A knowledge item. */
export const knowledge = (key: number, content: string): CorpusDocument =>
  message(key, content, { kind: 'knowledge', sessionKey: null, sequence: null, role: null });
