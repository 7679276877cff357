import { STATEMENTS } from './postgres-statements.ts';

const NAMES: ReadonlyMap<string, string> = new Map(Array.from(STATEMENTS, ([name, { text }]) => [text, name]));

/** Bytes of a message but for its type: its length, which counts itself. */
const LENGTH = 4;

/** What servers have asked a database for, in order. */
export interface StatementListener {
  /** Executed statements by their names in the adapter, such as `corpus.segments`; others by their text. */
  readonly executed: string[];
  /** The same of those that were prepared. */
  readonly prepared: string[];
  /** Listens to one more connection, which is told what the client sends. */
  onConnection(): (bytes: Buffer) => void;
}

/** Reads what clients of Postgres send by its protocol (Parse, Bind and Query), without TLS. */
export const listenToStatements = (): StatementListener => {
  const executed: string[] = [];
  const prepared: string[] = [];
  const nameOf = (text: string): string => NAMES.get(text) ?? text;

  const onConnection = (): ((bytes: Buffer) => void) => {
    const byName = new Map<string, string>();
    let isStarted = false;
    let unread = Buffer.alloc(0);
    const read = (type: string, body: Buffer): void => {
      const [first = '', second = ''] = body.toString('utf8').split('\0', 2);
      if (type === 'Q') executed.push(first);
      if (type === 'P') {
        byName.set(first, nameOf(second));
        prepared.push(nameOf(second));
      }
      // The portal has no name, so the statement comes second.
      if (type === 'B') executed.push(byName.get(second) ?? second);
    };
    return (bytes) => {
      unread = Buffer.concat([unread, bytes]);
      for (;;) {
        // The first message of a connection has no type.
        const from = isStarted ? 1 : 0;
        if (unread.length < from + LENGTH) return;
        const end = from + unread.readUInt32BE(from);
        if (unread.length < end) return;
        if (isStarted) read(unread.toString('latin1', 0, 1), unread.subarray(from + LENGTH, end));
        isStarted = true;
        unread = unread.subarray(end);
      }
    };
  };

  return { executed, prepared, onConnection };
};
