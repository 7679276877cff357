import type { MessageVector } from '../src/contract/vectors.ts';

/** Vectors in a batch. */
export const VECTOR_BATCH = 500;

/** Whose vectors, and by which model. */
export type Owned = { readonly tenantKey: number; readonly userKey: number; readonly model: string };
export type VectorPlace = { readonly generation: number; readonly key: number };
export type VectorRow = MessageVector & VectorPlace;
export type VectorPage = (owned: Owned, place: VectorPlace) => Promise<readonly VectorRow[]>;

/** Vectors page by page from the first on, so that no statement stays open between two turns. */
export async function* vectorsFrom(
  page: VectorPage,
  owned: Owned,
  first: readonly VectorRow[],
): AsyncGenerator<readonly MessageVector[], void> {
  for (let rows = first; ; ) {
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    rows = await page(owned, last);
  }
}
