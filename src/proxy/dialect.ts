import type { Fields, Turn } from './turn.ts';

/** A reply that came whole. */
export interface Reply {
  readonly turn: Turn;
  /** By which a later request may refer to it; null when none can. */
  readonly id: string | null;
}

/** Reads a reply out of a stream of events. */
export interface ReplyReader {
  /** Takes the data of an event. Answers whether the client may take the reply for whole now. */
  take(data: string): boolean;
  /** The reply; null while it is not whole, or when something in it cannot be read. */
  reply(): Reply | null;
}

/** One of the two ways of OpenAI's API to have a conversation. */
export interface Dialect {
  /** Below the address of the endpoint. */
  readonly path: `/${string}`;
  /** What was said, in its order, without instructions. */
  turnsIn(body: Fields): Turn[];
  /** The request with a text beside its instructions. */
  withInstruction(body: Fields, text: string): Fields;
  /** The name of the conversation that the request says it goes on with; null when it says none. */
  conversationIn(body: Fields): string | null;
  /** The id of the reply that the request goes on from. */
  previousReplyIn(body: Fields): string | null;
  /** The reply in an answer that came in one piece; null when it is not whole. */
  replyIn(answer: Fields): Reply | null;
  openReply(): ReplyReader;
}

/** Most of an answer that is read along, in characters: in a stream each few of a reply come with some hundred others. */
export const MAX_READ = 67_108_864;
