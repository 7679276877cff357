import type { ReplyReader } from './dialect.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const LINE_END = 10;

const joined = (pieces: readonly Bytes[]): Bytes => {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};

/**
 * The bytes of an answer, read along line by line as its reader asks for them. The line with which a client takes the reply
 * for whole waits until it is remembered, since the client may close the stream there and its process may end. Of a stream
 * that breaks, or that nobody reads to its end, nothing is remembered.
 */
export const readAlong = (
  body: ReadableStream<Bytes>,
  reply: ReplyReader,
  remember: (text: string) => Promise<void>,
): ReadableStream<Bytes> => {
  const source = body.getReader();
  const decoder = new TextDecoder();
  /** Whole lines that wait for the reader, and the pieces of the next one. */
  const lines: Bytes[] = [];
  let pieces: Bytes[] = [];
  let isRead = false;
  let isFinished = false;

  const readOn = async (): Promise<void> => {
    const { done, value = new Uint8Array() } = await source.read();
    isRead = done;
    let from = 0;
    for (let end = value.indexOf(LINE_END); end >= 0; end = value.indexOf(LINE_END, from)) {
      lines.push(joined([...pieces, value.subarray(from, end + 1)]));
      pieces = [];
      from = end + 1;
    }
    if (from < value.length) pieces.push(value.subarray(from));
    if (done && pieces.length > 0) lines.push(joined(pieces));
  };

  const finish = async (): Promise<void> => {
    if (isFinished) return;
    isFinished = true;
    const text = reply.whole();
    if (text !== null) await remember(text);
  };

  return new ReadableStream(
    {
      pull: async (controller) => {
        while (lines.length === 0 && !isRead) await readOn();
        const line = lines.shift();
        const isLast = isRead && lines.length === 0;
        const isEnd = line !== undefined && !isFinished && reply.take(decoder.decode(line));
        if (isEnd || isLast) await finish();
        if (line !== undefined) controller.enqueue(line);
        if (isLast) controller.close();
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
};
