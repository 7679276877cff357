import type { CorpusReference } from '../src/contract/corpus.ts';
import type { DocumentKind } from '../src/contract/documents.ts';

/** Rows by reference, in the order of the references; what is gone by now is passed over. */
export const inOrderOf = <R extends { readonly key: number }>(
  references: readonly CorpusReference[],
  /** The rows of one kind with these keys, a JSON array, in any order. */
  read: (kind: DocumentKind, keys: string) => readonly R[],
): R[] => {
  const keysOf = new Map<DocumentKind, number[]>();
  for (const { kind, key } of references) {
    const keys = keysOf.get(kind);
    if (keys) keys.push(key);
    else keysOf.set(kind, [key]);
  }
  const found = new Map<DocumentKind, Map<number, R>>();
  for (const [kind, keys] of keysOf) {
    found.set(kind, new Map(read(kind, JSON.stringify(keys)).map((row) => [row.key, row])));
  }
  const rows: R[] = [];
  for (const { kind, key } of references) {
    const row = found.get(kind)?.get(key);
    if (row) rows.push(row);
  }
  return rows;
};
