/**
 * What the clients of a server know about what they stored, while it is killed under them. A batch whose request was
 * answered is in one known state; one whose request was cut off is in one of two, the one before or the one after, and
 * never in between. Looking at the server again tells which.
 */

/** The messages of one POST. */
export interface Batch {
  /** Letters and digits; every content starts with it. */
  readonly label: string;
  readonly session: LedgerSession;
  /** The Idempotency-Key it was sent with. */
  readonly key: string | null;
  /** The contents as first sent. */
  readonly contents: readonly string[];
  /** When the request left and when its answer came, by the ledger's own clock. */
  readonly sentAt: number;
  acknowledgedAt: number;
  ids: readonly string[] | null;
  /** The contents that the server may hold; an empty list: none of them. */
  possible: (readonly string[])[];
}

export interface LedgerSession {
  readonly id: string;
  readonly userId: string;
  readonly batches: Batch[];
  /** Messages that still fit: what can be listed of a session from both its ends. */
  room: number;
}

export interface Row {
  readonly id: string;
  readonly content: string;
}

/** Twice the largest page of a list: a session of this size can be seen whole, from its ends. */
const SESSION_ROOM = 200;

/** The one word of a message that no other message holds. */
export const wordOf = (content: string): string => /\b\w+m\d+v\d+\b/.exec(content)?.[0] ?? '';

const labelOf = (content: string): string => content.split(' ', 1)[0] ?? '';

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, i) => text === other[i]);

const brief = (contents: readonly string[]): string =>
  contents.length === 0 ? 'nothing' : contents.map((content) => wordOf(content) || content.slice(0, 40)).join(' ');

export class Ledger {
  readonly sessions: LedgerSession[] = [];
  #clock = 0;

  /** The next moment: of two moments the later is the larger. */
  tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  openSession(id: string, userId: string): LedgerSession {
    const session = { id, userId, batches: [], room: SESSION_ROOM };
    this.sessions.push(session);
    return session;
  }

  /** A batch that is about to be sent. */
  begin(session: LedgerSession, label: string, contents: readonly string[], key: string | null): Batch {
    const batch: Batch = {
      label,
      session,
      key,
      contents,
      sentAt: this.tick(),
      acknowledgedAt: Number.POSITIVE_INFINITY,
      ids: null,
      possible: [[], contents],
    };
    session.batches.push(batch);
    session.room -= contents.length;
    return batch;
  }

  /** The server said that the batch is stored. */
  acknowledge(batch: Batch, ids: readonly string[]): void {
    batch.acknowledgedAt = this.tick();
    batch.ids = ids;
    batch.possible = [batch.contents];
  }

  /** All batches, of the sessions given or of all. */
  batches(sessions: readonly LedgerSession[] = this.sessions): Batch[] {
    return sessions.flatMap((session) => session.batches);
  }

  /** Compares a session with all of its rows, oldest first, and decides what was uncertain. Returns what is wrong. */
  verify(session: LedgerSession, rows: readonly Row[]): string[] {
    const faults: string[] = [];
    const known = new Map(session.batches.map((batch) => [batch.label, batch]));
    const found = new Map<Batch, Row[]>();
    let previous: Batch | undefined;
    let newestSent = 0;
    for (const row of rows) {
      const batch = known.get(labelOf(row.content));
      if (!batch) {
        faults.push(`session ${session.id} holds a message that was never sent there: ${row.content.slice(0, 60)}`);
      } else if (batch === previous) {
        found.get(batch)?.push(row);
      } else {
        if (found.has(batch)) faults.push(`batch ${batch.label} stands in two places of its session`);
        found.set(batch, [...(found.get(batch) ?? []), row]);
        if (batch.acknowledgedAt < newestSent) {
          faults.push(`batch ${batch.label} was answered before another was sent, and stands behind it`);
        }
        newestSent = Math.max(newestSent, batch.sentAt);
      }
      previous = batch;
    }
    for (const batch of session.batches) faults.push(...this.#check(batch, found.get(batch) ?? []));
    return faults;
  }

  #check(batch: Batch, rows: readonly Row[]): string[] {
    const contents = rows.map(({ content }) => content);
    if (!batch.possible.some((possible) => isSame(possible, contents))) {
      const expected = batch.possible.map(brief).join(', or ');
      return [`batch ${batch.label} should be ${expected}; it is ${brief(contents)}`];
    }
    batch.possible = [contents];
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    if (batch.ids && !isSame(batch.ids, ids)) return [`batch ${batch.label} has other ids than were acknowledged`];
    batch.ids = ids;
    return [];
  }
}
