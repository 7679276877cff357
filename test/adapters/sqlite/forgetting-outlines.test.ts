import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { BITS } from '../../../src/contract/outlines.ts';
import type { Store } from '../../../src/contract/store.ts';
import { documentsAfter } from '../../contract/snapshot.ts';
import { present } from '../../contract/world.ts';
import { seededRandom } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTalk } from './talk.ts';
import { WAYS } from './ways-to-forget.ts';

const BITS_BYTES = BITS / 8;
/** As much as fills several pages of the file. */
const OUTLINE_BYTES = 20_000;
/** The files are searched for pieces, as a page may end within a secret. */
const PIECE = 16;
const SPOKEN = ['first', 'second', 'third'];
const SECRET = 1;

const random = seededRandom(7);
const randomBytes = (length: number) => Uint8Array.from({ length }, () => random.between(0, 255));

const SECRETS = {
  shapes: randomBytes(OUTLINE_BYTES),
  words: randomBytes(OUTLINE_BYTES),
  'few words': randomBytes(2 * PIECE),
  blocks: randomBytes(OUTLINE_BYTES),
  bits: randomBytes(BITS_BYTES),
} as const;

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = `${folder.path}/memfuse.db`;
});
afterEach(() => folder.remove());

/** Which of the secrets the files show a piece of. */
const shownByFiles = (): string[] => {
  const files = readdirSync(folder.path).map((name) => readFileSync(`${folder.path}/${name}`));
  const isShown = (secret: Uint8Array): boolean =>
    Array.from({ length: secret.length / PIECE }, (_, i) => secret.subarray(i * PIECE, (i + 1) * PIECE)).some((piece) =>
      files.some((bytes) => bytes.includes(piece)),
    );
  return Object.entries(SECRETS).flatMap(([name, secret]) => (isShown(secret) ? [name] : []));
};

/** A talk whose segment has an outline, and of which the second message has the secret bits. */
const createSecret = async (store: Store) => {
  const talk = await createTalk(store);
  const messages = SPOKEN.map((text) => talk.message(text));
  await talk.append(messages);
  const owner = { tenantKey: talk.scope.tenantKey, userKey: talk.session.userKey };
  const keys = (await documentsAfter(store, owner.tenantKey, owner.userKey, 0)).map(({ key }) => key);
  const span = { firstKey: Math.min(...keys), lastKey: Math.max(...keys) };
  const generation = present(await store.corpus.generation(owner.tenantKey, owner.userKey));
  const named = { ...owner, ...span, maker: 'maker', generation };
  expect(await store.corpus.saveSegment({ ...named, bytes: new Uint8Array(9) })).toBe(true);
  const bits = new Uint8Array(keys.length * BITS_BYTES);
  bits.set(SECRETS.bits, SECRET * BITS_BYTES);
  const words = [SECRETS.words, SECRETS['few words']];
  expect(await store.outlines.saveOutline({ ...named, shapes: SECRETS.shapes, words, blocks: [SECRETS.blocks] })).toBe(
    true,
  );
  expect(await store.outlines.saveBits({ ...named, keys, bits })).toBe(true);
  return { talk, named, keys, said: present(messages[SECRET]).id };
};

for (const writer of ['worker', 'here'] as const) {
  describe(`outlines and bits, writer: ${writer}`, () => {
    for (const [way, forget] of Object.entries(WAYS)) {
      test(`that tell of a message are in no file once ${way}`, async () => {
        const store = await openSqliteStore({ file, writer });
        const { talk, said } = await createSecret(store);
        // Closed and opened again, so that they have gone from the log into the pages of the database.
        await store.close();
        expect(shownByFiles()).toEqual(Object.keys(SECRETS));
        const again = await openSqliteStore({ file, writer });
        await forget(again, talk, said);
        await again.close();
        expect(shownByFiles()).toEqual([]);
      });
    }

    test('that others took the place of are in no file', async () => {
      const store = await openSqliteStore({ file, writer });
      const { named, keys } = await createSecret(store);
      await store.close();
      const again = await openSqliteStore({ file, writer });
      expect(await again.outlines.saveOutline({ ...named, shapes: new Uint8Array(9), words: [], blocks: [] })).toBe(
        true,
      );
      const bits = new Uint8Array(keys.length * BITS_BYTES);
      expect(await again.outlines.saveBits({ ...named, keys, bits })).toBe(true);
      await again.close();
      expect(shownByFiles()).toEqual([]);
    });
  });
}
