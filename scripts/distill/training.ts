import { STATIC_DIMENSIONS as WIDTH } from '../../src/embedding/static-model.ts';
import type { Matrix } from './components.ts';

/**
 * How strongly a row is held to where it comes from, in parts of what the texts of the median piece pull with. From 0.1
 * to 10 the ranking finds the same; pieces that no text has stay where they were.
 */
const HOLD = 1;
/** A text's length is the one that its rows gave it before; two rounds are enough for it to converge. */
const ROUNDS = 2;
const STEPS = 15;

/** Texts by word pieces, and for each the vector of length 1 that its pieces' rows should point along. */
export interface Lessons {
  readonly texts: readonly Uint16Array[];
  readonly targets: Matrix;
}

/** Adds the pieces' rows to `into`, which is emptied first. */
export const sumRows = (rows: Matrix, pieces: Uint16Array, into: Float64Array): Float64Array => {
  into.fill(0);
  for (const piece of pieces) {
    const start = piece * WIDTH;
    for (let k = 0; k < WIDTH; k += 1) into[k] = (into[k] as number) + (rows[start + k] as number);
  }
  return into;
};

const addTo = (rows: Matrix, pieces: Uint16Array, sum: Float64Array, factor: number): void => {
  for (const piece of pieces) {
    const start = piece * WIDTH;
    for (let k = 0; k < WIDTH; k += 1) rows[start + k] = (rows[start + k] as number) + factor * (sum[k] as number);
  }
};

/** Component by component: the products of two matrices' columns. */
const columnProducts = (a: Matrix, b: Matrix): Float64Array => {
  const products = new Float64Array(WIDTH);
  for (let i = 0; i < a.length; i += 1) {
    const k = i % WIDTH;
    products[k] = (products[k] as number) + (a[i] as number) * (b[i] as number);
  }
  return products;
};

/**
 * Rows whose sums point where MiniLM puts the texts: least squares with the rows at hand as what is expected (ridge), by
 * conjugate gradients, each component by itself. The authors of model2vec train the rows of a model by gradient descent
 * (tokenlearn); the sum being linear in the rows, this finds the minimum itself.
 *
 * @param rows [pieces, WIDTH], left as they are.
 */
export const train = ({ texts, targets }: Lessons, rows: Matrix): Matrix => {
  const sum = new Float64Array(WIDTH);
  let trained = rows;
  for (let round = 0; round < ROUNDS; round += 1) {
    const factors = texts.map((pieces) => 1 / (Math.hypot(...sumRows(trained, pieces, sum)) || 1));
    const pulls = new Float64Array(rows.length / WIDTH);
    texts.forEach((pieces, i) => {
      for (const piece of pieces) pulls[piece] = (pulls[piece] as number) + (factors[i] as number) ** 2;
    });
    const met = pulls.filter((pull) => pull > 0).sort();
    const hold = HOLD * (met[met.length >> 1] as number);

    /** What the texts and the hold make of a change of the rows. */
    const respond = (change: Matrix): Matrix => {
      const response = change.map((x) => hold * x);
      texts.forEach((pieces, i) => {
        addTo(response, pieces, sumRows(change, pieces, sum), (factors[i] as number) ** 2);
      });
      return response;
    };

    const change = trained.map((x, i) => x - (rows[i] as number));
    const rest = respond(change).map((x) => -x);
    texts.forEach((pieces, i) => {
      const factor = factors[i] as number;
      sumRows(rows, pieces, sum);
      for (let k = 0; k < WIDTH; k += 1) sum[k] = (targets[i * WIDTH + k] as number) - factor * (sum[k] as number);
      addTo(rest, pieces, sum, factor);
    });
    const eased = (): Matrix => rest.map((x, i) => x / ((pulls[Math.floor(i / WIDTH)] as number) + hold));
    let next = eased();
    const direction = next.slice();
    let products = columnProducts(rest, next);
    for (let step = 0; step < STEPS; step += 1) {
      const response = respond(direction);
      const bends = columnProducts(direction, response);
      const lengths = products.map((product, k) => product / Math.max(bends[k] as number, 1e-20));
      for (let i = 0; i < change.length; i += 1) {
        const length = lengths[i % WIDTH] as number;
        change[i] = (change[i] as number) + length * (direction[i] as number);
        rest[i] = (rest[i] as number) - length * (response[i] as number);
      }
      next = eased();
      const before = products;
      products = columnProducts(rest, next);
      for (let i = 0; i < direction.length; i += 1) {
        const share = (products[i % WIDTH] as number) / Math.max(before[i % WIDTH] as number, 1e-20);
        direction[i] = (next[i] as number) + share * (direction[i] as number);
      }
    }
    trained = rows.map((x, i) => x + (change[i] as number));
  }
  return trained;
};
