/** The rules of a kind of documents. Store, index and ranking read them here, so that each is stated once. */
export interface DocumentRules {
  /** Such a document states a fact and is no turn of a conversation, so a question that quotes it still finds it. */
  readonly isStatement: boolean;
  /** It belongs to a session, and has a sequence and a role there. A filter by session, agent or role leaves other kinds out. */
  readonly hasSession: boolean;
  /** Segments cover it, because it seldom changes. So far segments cover messages only. */
  readonly isSegmented: boolean;
  /** The store knows until when it is true, and retracts it then. So a newer one does not mean that an older one is outdated. */
  readonly hasValidity: boolean;
  /**
   * An index ranks it by its own words. Others are shown for what they were made from: a fact says again what its messages say,
   * and would take their places among the results.
   */
  readonly isRanked: boolean;
  /** What a result is called that shows it: what was said, or what is known. */
  readonly shownAs: 'message' | 'knowledge';
}

/**
 * The kinds of documents that search finds. Episodes will be a kind of their own. `CorpusReader` reads kinds in this
 * order, and an index stores a kind as its number in this order, so a new kind goes to the end.
 */
export const DOCUMENTS = {
  message: {
    isStatement: false,
    hasSession: true,
    isSegmented: true,
    hasValidity: false,
    isRanked: true,
    shownAs: 'message',
  },
  knowledge: {
    isStatement: true,
    hasSession: false,
    isSegmented: false,
    hasValidity: false,
    isRanked: true,
    shownAs: 'knowledge',
  },
  fact: {
    isStatement: true,
    hasSession: false,
    isSegmented: false,
    hasValidity: true,
    isRanked: false,
    shownAs: 'knowledge',
  },
} as const satisfies Readonly<Record<string, DocumentRules>>;

export type DocumentKind = keyof typeof DOCUMENTS;
export const DOCUMENT_KINDS = Object.keys(DOCUMENTS) as DocumentKind[];

/** The rules of a kind. */
export const rulesOf = (kind: DocumentKind): DocumentRules => DOCUMENTS[kind];

/** Builds a record with a value for each kind. */
export const forEachKind = <T>(make: (kind: DocumentKind) => T): Record<DocumentKind, T> =>
  Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, make(kind)])) as Record<DocumentKind, T>;
