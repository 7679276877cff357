/** What is said once of a kind of documents, for everybody who has to do with it. */
export interface DocumentRules {
  /** It was saved as true, and is no turn of a conversation: a question that quotes it finds it all the same. */
  readonly isStatement: boolean;
  /** It stands in a session at a place of its own, and somebody said it in a role. Filters on those leave others out. */
  readonly hasSession: boolean;
  /** An index keeps it in segments, by ranges of keys: it seldom changes. Segments hold messages alone so far. */
  readonly isSegmented: boolean;
  /** The store knows until when it holds, and withdraws it then: the order of time tells nothing of it. */
  readonly hasValidity: boolean;
}

/**
 * The kinds of documents that search finds. Facts and episodes will be kinds of their own. In the order in which they are
 * handed over, and which numbers them in an index.
 */
export const DOCUMENTS = {
  message: { isStatement: false, hasSession: true, isSegmented: true, hasValidity: false },
  knowledge: { isStatement: true, hasSession: false, isSegmented: false, hasValidity: false },
} as const satisfies Readonly<Record<string, DocumentRules>>;

export type DocumentKind = keyof typeof DOCUMENTS;
export const DOCUMENT_KINDS = Object.keys(DOCUMENTS) as DocumentKind[];

/** The rules of a kind. */
export const rulesOf = (kind: DocumentKind): DocumentRules => DOCUMENTS[kind];

/** Something for each kind of documents. */
export const forEachKind = <T>(make: (kind: DocumentKind) => T): Record<DocumentKind, T> =>
  Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, make(kind)])) as Record<DocumentKind, T>;
