/** How a request names a user, a session or an agent. */
export type Reference = { readonly id: string } | { readonly name: string };

/** The key and the id of a user, a session or an agent that a request named. */
export interface Subject {
  readonly key: number;
  readonly id: string;
}

/** What a question names: the user whose memory is searched, and the sessions and agents that it is limited to or asked from. */
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
  /** In the order of the input. Null for a session that does not exist or is another user's; likewise for agents below. */
  readonly sessions: readonly (Subject | null)[];
  readonly agents: readonly (Subject | null)[];
}
