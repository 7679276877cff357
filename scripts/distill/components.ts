/** Rows of one width after one another. */
export type Matrix = Float32Array;

/** Takes the mean row from every row. */
export const centre = (rows: Matrix, width: number): void => {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  for (let i = 0; i < rows.length; i += 1) mean[i % width] = (mean[i % width] ?? 0) + (rows[i] ?? 0) / count;
  for (let i = 0; i < rows.length; i += 1) rows[i] = (rows[i] ?? 0) - (mean[i % width] ?? 0);
};

/** Each row with length 1. */
export const unitRows = (rows: Matrix, width: number): Matrix => {
  const norms = new Float64Array(rows.length / width);
  for (let i = 0; i < rows.length; i += 1)
    norms[Math.floor(i / width)] = (norms[Math.floor(i / width)] ?? 0) + (rows[i] ?? 0) ** 2;
  return rows.map((x, i) => x / Math.sqrt(norms[Math.floor(i / width)] || 1));
};

/** [width, width]: the covariance of centred rows. */
export const covariance = (rows: Matrix, width: number): Float64Array => {
  const count = rows.length / width;
  const sums = new Float64Array(width * width);
  for (let row = 0; row < rows.length; row += width) {
    for (let a = 0; a < width; a += 1) {
      const factor = (rows[row + a] as number) / count;
      for (let b = a; b < width; b += 1) {
        sums[a * width + b] = (sums[a * width + b] as number) + factor * (rows[row + b] as number);
      }
    }
  }
  for (let a = 0; a < width; a += 1) for (let b = 0; b < a; b += 1) sums[a * width + b] = sums[b * width + a] ?? 0;
  return sums;
};

/** Turns the pairs (a[x], a[y]) for x = p, p + step, ... and y = q, q + step, ... by an angle. */
const turn = (a: Float64Array, n: number, p: number, q: number, step: number, cos: number, sin: number): void => {
  for (let i = 0; i < n; i += 1) {
    const x = a[p + i * step] as number;
    const y = a[q + i * step] as number;
    a[p + i * step] = cos * x - sin * y;
    a[q + i * step] = sin * x + cos * y;
  }
};

/** The eigenvectors of a symmetric matrix, that of the largest eigenvalue first, by Jacobi's rotations. */
export const eigenvectors = (matrix: Float64Array, n: number): Float64Array[] => {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 12; sweep += 1) {
    for (let p = 0; p < n - 1; p += 1) {
      for (let q = p + 1; q < n; q += 1) {
        const off = a[p * n + q] as number;
        if (Math.abs(off) < 1e-18) continue;
        const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * off);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cos = 1 / Math.hypot(tangent, 1);
        turn(a, n, p, q, n, cos, tangent * cos);
        turn(a, n, p * n, q * n, 1, cos, tangent * cos);
        turn(vectors, n, p * n, q * n, 1, cos, tangent * cos);
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((x, y) => (a[y * n + y] ?? 0) - (a[x * n + x] ?? 0));
  return order.map((i) => vectors.subarray(i * n, (i + 1) * n));
};
