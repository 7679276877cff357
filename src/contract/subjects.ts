/** How a request names a user, a session or an agent. */
export type Reference = { readonly id: string } | { readonly name: string };

/** What is known of one who was named. */
export interface Subject {
  readonly key: number;
  readonly id: string;
}

/** Whom a question names: whose memory it is about, and from where and among what it is asked. */
export interface NamedSubjects {
  readonly user: Reference;
  /** Sessions of the user. */
  readonly sessions: readonly Reference[];
  readonly agents: readonly Reference[];
}

export interface ResolvedSubjects {
  readonly user: Subject & { readonly name: string };
  /** The present generation of the user's memory. */
  readonly generation: number;
  /** In the order asked for; null for a session that is not there, or not the user's. */
  readonly sessions: readonly (Subject | null)[];
  readonly agents: readonly (Subject | null)[];
}
