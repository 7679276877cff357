import type { StoredVector } from '../../src/contract/vectors.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { storedVector } from '../../src/embedding/quantised.ts';
import type { AskedModel } from '../../src/retrieval/index/model-vectors.ts';
import { spokenText } from '../../src/text/speaker.ts';
import type { Conversation } from './conversation.ts';

/** What a model makes of a conversation, as the server would keep it. */
export interface ConversationVectors {
  readonly model: AskedModel;
  /** By the turn's place in the conversation. */
  readonly turns: readonly StoredVector[];
  /** By the question's place. */
  readonly questions: readonly Float32Array[];
}

/** Has a model embed the turns as they are spoken, and the questions. Errors: those of the embedder. */
export const embedConversation = async (
  { sessions, questions }: Conversation,
  embedder: Embedder,
): Promise<ConversationVectors> => {
  const turns = sessions.flatMap(({ turns: said }) => said.map(({ name, text }) => spokenText(name, text)));
  return {
    model: embedder.model,
    turns: (await embedder.embed(turns)).map(storedVector),
    questions: await embedder.embed(questions.map(({ text }) => text)),
  };
};
