/** The rules of a kind of documents. Store, index and ranking read them here, so that each is stated once. */
export interface DocumentRules {
  /** Such a document states a fact and is no turn of a conversation, so a question that quotes it still finds it. */
  readonly isStatement: boolean;
  /** It belongs to a session. A filter by session or agent leaves other kinds out. */
  readonly hasSession: boolean;
  /** It is a turn of its session, and has a role there. A filter by role leaves other kinds out. */
  readonly isTurn: boolean;
  /** Segments cover it, because it seldom changes. So far segments cover messages only. */
  readonly isSegmented: boolean;
  /** The store knows until when it is true, and retracts it then. So a newer one does not mean that an older one is outdated. */
  readonly hasValidity: boolean;
  /**
   * 0: as it was said or stated. 1 and 2: made from messages, so it says again what they say. Such documents are in an index of
   * their own, which is read only when they are asked for: beside the messages they would take their places among the results.
   */
  readonly level: 0 | 1 | 2;
  /** What a result is called that shows it: what was said, or what is known. */
  readonly shownAs: 'message' | 'knowledge';
}

/**
 * The kinds of documents that search finds. `CorpusReader` reads kinds in this order, and an index stores a kind as its number
 * in this order, so a new kind goes to the end.
 */
export const DOCUMENTS = {
  message: {
    isStatement: false,
    hasSession: true,
    isTurn: true,
    isSegmented: true,
    hasValidity: false,
    level: 0,
    shownAs: 'message',
  },
  knowledge: {
    isStatement: true,
    hasSession: false,
    isTurn: false,
    isSegmented: false,
    hasValidity: false,
    level: 0,
    shownAs: 'knowledge',
  },
  fact: {
    isStatement: true,
    hasSession: false,
    isTurn: false,
    isSegmented: false,
    hasValidity: true,
    level: 2,
    shownAs: 'knowledge',
  },
  /** Its content is its title and its summary, and it was created when its last message was. */
  episode: {
    isStatement: true,
    hasSession: true,
    isTurn: false,
    isSegmented: false,
    hasValidity: true,
    level: 1,
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
