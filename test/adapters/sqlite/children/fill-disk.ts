// Writes until the disk is full, goes on writing, is given room, and writes again. The disk is "full" because a limit on
// the size of files is set for this process alone (the shell that starts it ignores the signal that goes with the limit),
// which fails the same write() calls as a full disk does. Says what it was answered, as one line of JSON.
import { dlopen, FFIType, ptr } from 'bun:ffi';
import { openSqliteStore } from '../../../../adapters/sqlite/open.ts';
import { endOf } from '../../../contract/refusal.ts';
import { createTalk } from '../talk.ts';

const RLIMIT_FSIZE = 1;
const [file = '', writer] = process.argv.slice(2);

/** `setrlimit` of the C library, wherever this system keeps it. */
const openC = () => {
  const names = ['libc.so.6', `libc.musl-${process.arch === 'x64' ? 'x86_64' : 'aarch64'}.so.1`, 'libSystem.B.dylib'];
  for (const name of names) {
    try {
      return dlopen(name, { setrlimit: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } }).symbols;
    } catch {
      // Another system: the next name.
    }
  }
  throw new Error('There is no C library by any name that is known.');
};

const c = openC();
const UNLIMITED = process.platform === 'darwin' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
const limitFiles = (bytes: bigint): void => {
  const limit = new BigUint64Array([bytes, UNLIMITED]);
  if (c.setrlimit(RLIMIT_FSIZE, ptr(limit)) !== 0) throw new Error('The limit on the size of files cannot be set.');
};

const store = await openSqliteStore({ file, writer: writer === 'worker' ? 'worker' : 'here' });
const talk = await createTalk(store);
const acknowledged: string[] = [];
const refused: string[] = [];
const ends: Record<string, string[]> = { full: [], roomy: [] };
const append = async (when: 'full' | 'roomy', size: number): Promise<string> => {
  const message = talk.message('x'.repeat(size));
  const end = await endOf(talk.append([message]));
  (end === 'accepted' ? acknowledged : refused).push(message.id);
  ends[when]?.push(end);
  return end;
};

limitFiles(1_000_000n);
while ((await append('full', 20_000)) === 'accepted' && acknowledged.length < 1_000);
// One at a time and many together; small ones may still find a place in what is left.
for (let i = 0; i < 5; i += 1) await append('full', 20_000);
await Promise.all(Array.from({ length: 20 }, () => append('full', 20_000)));
const readable = await talk.ids();
limitFiles(UNLIMITED);
await append('roomy', 20_000);
await Promise.all(Array.from({ length: 20 }, () => append('roomy', 20_000)));
console.log(JSON.stringify({ sessionId: talk.session.id, acknowledged, refused, readable, ends }));
for await (const line of console) {
  if (line === 'close') {
    await store.close();
    process.exit(0);
  }
}
