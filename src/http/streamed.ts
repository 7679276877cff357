/** Rows of a list, some at a time. */
export type Rows = AsyncGenerator<readonly unknown[]>;

/** An answer whose data is one list, under its name. */
export interface ListedAnswer {
  readonly status: number;
  readonly message: string;
  readonly name: string;
  readonly pages: Rows;
}

export interface StreamOptions {
  /** Lets others have their turn: a long list is made in many small steps. */
  readonly giveWay: () => Promise<void>;
  /** Told when the list cannot be told to its end. The client's connection breaks off then, so that it sees so. */
  readonly onFailure: (error: unknown) => void;
}

/** The text of the envelope before the rows and after them, with the keys in the order of every other answer. */
const around = ({ status, message, name }: ListedAnswer): readonly [string, string] => {
  const head = `{"status":"success","code":${status},"data":{${JSON.stringify(name)}:[`;
  return [head, `]},"message":${JSON.stringify(message)},"errors":null}`];
};

async function* pieces(answer: ListedAnswer): AsyncGenerator<string> {
  const [head, tail] = around(answer);
  let before = head;
  for await (const rows of answer.pages) {
    if (rows.length === 0) continue;
    yield before + rows.map((row) => JSON.stringify(row)).join();
    before = ',';
  }
  yield (before === head ? head : '') + tail;
}

/**
 * The body of an answer that lists more rows than are held at once: a page is read when the client has taken the one
 * before, so a slow client costs no memory, and one that goes away ends it.
 */
export const streamedBody = (
  answer: ListedAnswer,
  { giveWay, onFailure }: StreamOptions,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  const texts = pieces(answer);
  return new ReadableStream(
    {
      pull: async (controller) => {
        await giveWay();
        try {
          const { value, done } = await texts.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          onFailure(error);
          controller.error(new Error('The list broke off.'));
        }
      },
      cancel: async () => {
        await texts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
};
