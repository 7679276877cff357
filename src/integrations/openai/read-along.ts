import type { ReplyReader } from './dialect.ts';

/**
 * The bytes of an answer, read along line by line as its reader asks for them. The line with which a client takes the reply
 * for whole waits until it is remembered, since the client may close the stream there and its process may end. Of a stream
 * that breaks, or that nobody reads to its end, nothing is remembered.
 */
export const readAlong = (
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  reply: ReplyReader,
  remember: (text: string) => Promise<void>,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const source = body.getReader();
  const [decoder, encoder] = [new TextDecoder('utf-8', { ignoreBOM: true }), new TextEncoder()];
  /** Whole lines that wait for the reader, and the pieces of the next one. */
  const lines: string[] = [];
  let pieces: string[] = [];
  let isRead = false;
  let isFinished = false;

  const readOn = async (): Promise<void> => {
    const { done, value } = await source.read();
    isRead = done;
    const [first = '', ...others] = decoder.decode(value, { stream: !done }).split('\n');
    pieces.push(first);
    for (const next of others) {
      lines.push(`${pieces.join('')}\n`);
      pieces = [next];
    }
    const rest = pieces.join('');
    if (done && rest !== '') lines.push(rest);
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
        const isEnd = line !== undefined && !isFinished && reply.take(line);
        if (isEnd || isLast) await finish();
        if (line !== undefined) controller.enqueue(encoder.encode(line));
        if (isLast) controller.close();
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
};
