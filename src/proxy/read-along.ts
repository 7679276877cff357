import { createParser } from 'eventsource-parser';
import { isFields } from '../api/chat-turn.ts';
import type { Scheduler } from '../platform/scheduler.ts';
import { type Dialect, MAX_READ, type Reply } from './dialect.ts';

/** Finds the reply in the bytes of an answer. */
interface Reading {
  /** Answers whether the client may take the reply for whole once it has these bytes. */
  take(bytes: Uint8Array): boolean;
  /** The reply, when no more bytes come; null when it is not whole. */
  reply(): Reply | null;
}

const readEvents = (dialect: Dialect): Reading => {
  const reader = dialect.openReply();
  const decoder = new TextDecoder();
  let isEnd = false;
  let isReadable = true;
  const parser = createParser({
    maxBufferSize: MAX_READ,
    onEvent: ({ data }) => {
      isEnd = reader.take(data) || isEnd;
    },
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') isReadable = false;
    },
  });
  return {
    take: (bytes) => {
      if (isReadable) parser.feed(decoder.decode(bytes, { stream: true }));
      return isEnd;
    },
    reply: () => (isReadable ? reader.reply() : null),
  };
};

const readWhole = (dialect: Dialect): Reading => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    take: (bytes) => {
      length += bytes.length;
      if (length <= MAX_READ) chunks.push(bytes);
      else chunks.length = 0;
      return false;
    },
    reply: () => {
      if (length > MAX_READ) return null;
      try {
        const answer: unknown = JSON.parse(Buffer.concat(chunks).toString());
        return isFields(answer) ? dialect.replyIn(answer) : null;
      } catch {
        // What is no JSON is the client's to complain of; it has got the same.
        return null;
      }
    },
  };
};

export interface AlongOptions {
  readonly dialect: Dialect;
  readonly isEvents: boolean;
  readonly scheduler: Scheduler;
  /** How long nothing may move: neither come from the endpoint nor be taken by the client. */
  readonly limitMs: number;
  /** What the stream breaks off with then. */
  readonly tooSlow: () => Error;
  /** Told of a reply that came whole, before the client can know that it is. Never fails. */
  readonly onReply: (reply: Reply) => Promise<void>;
  /** Told once when it is over, with what broke it off; null when it came to its end or the client hung up. */
  readonly onEnd: (error: unknown) => void;
  /** Hangs up on the endpoint. */
  readonly hangUp: () => void;
}

/**
 * The body of an answer, byte by byte as it comes, of which the reply is read along. Bytes are asked for when the client
 * takes them. A stream that breaks off, stalls or ends early, and a client that hangs up, end it without a reply.
 */
export const readAlong = (
  body: ReadableStream<Uint8Array>,
  { dialect, isEvents, scheduler, limitMs, tooSlow, onReply, onEnd, hangUp }: AlongOptions,
): ReadableStream<Uint8Array> => {
  const source = body.getReader();
  const reading = isEvents ? readEvents(dialect) : readWhole(dialect);
  let isTold = false;
  let isOver = false;
  let stopWaiting = (): void => {};

  const end = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    stopWaiting();
    onEnd(error);
  };
  const breakOff = (controller: ReadableStreamDefaultController<Uint8Array>, error: unknown): void => {
    if (isOver) return;
    end(error);
    // What is said here, Bun prints.
    controller.error(new Error('The stream broke off.'));
    hangUp();
  };
  const wait = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    stopWaiting();
    stopWaiting = scheduler.after(limitMs, () => breakOff(controller, tooSlow()));
  };
  const tell = async (): Promise<void> => {
    const reply = isTold ? null : reading.reply();
    if (!reply) return;
    isTold = true;
    await onReply(reply);
  };

  return new ReadableStream(
    {
      start: wait,
      pull: async (controller) => {
        wait(controller);
        try {
          const { value, done } = await source.read();
          if (isOver) return;
          wait(controller);
          if (done || reading.take(value)) await tell();
          if (isOver) return;
          if (!done) controller.enqueue(value);
          else {
            end(null);
            controller.close();
          }
        } catch (error) {
          breakOff(controller, error);
        }
      },
      cancel: () => {
        end(null);
        hangUp();
      },
    },
    { highWaterMark: 0 },
  );
};
