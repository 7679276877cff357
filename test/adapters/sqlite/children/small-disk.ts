// Fills a disk of a few megabytes, which whoever starts it has made at the folder it is given, then makes room from within.
// Says what it was answered, as one line of JSON.
import { existsSync, statfsSync } from 'node:fs';
import { openSqliteStore } from '../../../../adapters/sqlite/open.ts';
import { endOf, refusal } from '../../../contract/refusal.ts';
import { eventually } from '../../../support/eventually.ts';
import { createTalk } from '../talk.ts';

const SIZE = 50_000;
const [folder = '', writer] = process.argv.slice(2);
const file = `${folder}/memfuse.db`;
const store = await openSqliteStore({ file, writer: writer === 'worker' ? 'worker' : 'here' });
const [small, large] = [await createTalk(store), await createTalk(store)];
await eventually('room is kept for deletions', () => existsSync(`${file}-reserve`));

const fill = async (talk: typeof small): Promise<string[]> => {
  const kept: string[] = [];
  for (;;) {
    const message = talk.message('x'.repeat(SIZE));
    if ((await endOf(talk.append([message]))) !== 'accepted') return kept;
    kept.push(message.id);
  }
};
const few = Array.from({ length: 20 }, (_, i) => small.message(`${i} ${'y'.repeat(1_000)}`));
await small.append(few);
const kept: string[] = [];
// Once the log is emptied there may be some room again.
for (let isFull = false; !isFull; ) {
  kept.push(...(await fill(large)));
  await Bun.sleep(2_500);
  const probe = large.message('is there room?');
  isFull = (await endOf(large.append([probe]))) !== 'accepted';
  if (!isFull) kept.push(probe.id);
}
const full = {
  append: (await refusal(large.append([large.message('one more')]))).message,
  small: await endOf(small.append([small.message('a word')])),
  rename: await endOf(store.sessions.update(small.scope, small.session.id, { name: 'new', at: 9_000 })),
  ping: await endOf(store.ping()),
  deletions: [] as string[],
};
const { scope } = small.world;
for (const { id } of few) full.deletions.push(await endOf(store.messages.delete(scope, small.session.id, [id], 9_000)));
const isReservedWhenFull = existsSync(`${file}-reserve`);
while (kept.length > 5) {
  const some = kept.splice(-5);
  full.deletions.push(await endOf(store.messages.delete(large.scope, large.session.id, some, 9_000)));
}
const left = { small: (await small.ids()).length, large: await large.ids() };
const again = await eventually('adds are taken again', async () => {
  return (await endOf(small.append([small.message('there is room')]))) === 'accepted';
});
const roomy = { ping: await endOf(store.ping()), isReserved: existsSync(`${file}-reserve`), again };
await eventually('the disk has its room back', () => {
  const { bavail, blocks } = statfsSync(folder);
  return bavail > blocks / 2;
});
await store.close();
const reopened = await openSqliteStore({ file, writer: 'here' });
const said = await small.ids(reopened);
await reopened.close();
console.log(JSON.stringify({ kept, full, isReservedWhenFull, left, roomy, said: said.length }));
