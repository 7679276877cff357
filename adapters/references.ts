import type { CorpusReference } from '../src/contract/corpus.ts';
import { type DocumentKind, forEachKind } from '../src/contract/documents.ts';

/** Rows by reference, in the order of the references; what is gone by now is passed over. */
export const inOrderOf = <R extends { readonly key: number }>(
  references: readonly CorpusReference[],
  /** The rows of one kind with these keys, a JSON array, in any order. */
  read: (kind: DocumentKind, keys: string) => readonly R[],
): R[] => {
  const rowsOf = (wanted: DocumentKind): Map<number, R> => {
    const keys = references.filter(({ kind }) => kind === wanted).map(({ key }) => key);
    if (keys.length === 0) return new Map();
    return new Map(read(wanted, JSON.stringify(keys)).map((row) => [row.key, row]));
  };
  const found = forEachKind(rowsOf);
  return references.flatMap(({ kind, key }) => found[kind].get(key) ?? []);
};
