import type { Transformers } from '../../src/embedding/model-runtime.ts';
import type { Matrix } from './components.ts';

/** Components of MiniLM's vectors. */
export const TEACHER_WIDTH = 384;
const [START, END] = [101, 102];
const BATCH = 64;
/** Word pieces of a text that MiniLM was made for. */
const MOST_PIECES = 126;

export type Teacher = Awaited<ReturnType<Transformers['AutoModel']['from_pretrained']>>;

/** Places of the texts with one number of pieces, a batch each, so that none has to be padded. */
const batchesOf = (texts: readonly Uint16Array[]): number[][] => {
  const byLength = Map.groupBy(
    texts.map((_, i) => i),
    (i) => Math.min(texts[i]?.length ?? 0, MOST_PIECES),
  );
  return [...byLength.values()].flatMap((places) =>
    Array.from({ length: Math.ceil(places.length / BATCH) }, (_, i) => places.slice(i * BATCH, (i + 1) * BATCH)),
  );
};

/**
 * [texts, TEACHER_WIDTH]: the mean of MiniLM's output vectors for `[CLS] pieces [SEP]`.
 *
 * @param texts by word pieces, of which the first 126 count.
 * @param onProgress told now and then how many of the texts are done.
 */
export const teach = async (
  { Tensor }: Transformers,
  teacher: Teacher,
  texts: readonly Uint16Array[],
  onProgress: (done: number) => void,
): Promise<Matrix> => {
  const means = new Float32Array(texts.length * TEACHER_WIDTH);
  let done = 0;
  for (const [number, places] of batchesOf(texts).entries()) {
    const rows = places.map((place) => [START, ...(texts[place]?.subarray(0, MOST_PIECES) ?? []), END]);
    const width = rows[0]?.length ?? 0;
    const tensor = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [places.length, width]);
    const ids = rows.flat();
    const output = await teacher({
      input_ids: tensor(ids),
      attention_mask: tensor(ids.map(() => 1)),
      token_type_ids: tensor(ids.map(() => 0)),
    });
    const states = output.last_hidden_state.data as Float32Array;
    places.forEach((place, row) => {
      const mean = means.subarray(place * TEACHER_WIDTH, (place + 1) * TEACHER_WIDTH);
      for (let i = 0; i < width * TEACHER_WIDTH; i += 1) {
        const k = i % TEACHER_WIDTH;
        mean[k] = (mean[k] as number) + (states[row * width * TEACHER_WIDTH + i] as number) / width;
      }
    });
    done += places.length;
    if (number % 250 === 249 || done === texts.length) onProgress(done);
  }
  return means;
};
