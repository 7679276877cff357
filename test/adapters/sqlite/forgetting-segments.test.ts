import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { IndexSegment } from '../../../src/contract/corpus.ts';
import type { Store } from '../../../src/contract/store.ts';
import { readSegment } from '../../../src/retrieval/index/segments.ts';
import { UserIndex } from '../../../src/retrieval/index/user-index.ts';
import { UserIndexes } from '../../../src/retrieval/index/user-indexes.ts';
import { message } from '../../support/retrieval/documents.ts';
import { realMeaning } from '../../support/retrieval/real-meaning.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { rowsOf } from './rows.ts';
import { createTalk } from './talk.ts';
import { WAYS } from './ways-to-forget.ts';

/** One word that the stems leave as it is, and another that the model takes apart. */
const WORD = 'zyzzyvum';
const SECRET = `The ${WORD} lives under the Qaqortoq lighthouse, 7-21-34.`;
const OTHERS = ['We bake bread.', 'The tram is late.', 'A garden of roses.', 'My violin is old.', 'Rain, rain.'];
const SEGMENT_MESSAGES = 3;
const meaning = realMeaning();

/** What an index makes of the secret: its vector in four parts, as a page of the file may end in one, and its pieces. */
const tracesOf = (text: string) => {
  const index = new UserIndex(meaning);
  index.add(message(1, text, { role: 'system' }));
  const { components = new Int8Array() } = index.vectors?.read(0) ?? {};
  const bytes = Buffer.from(Uint8Array.from(components, (x) => x & 0xff));
  const size = bytes.length / 4;
  index.close();
  return {
    vector: [0, 1, 2, 3].map((part) => bytes.subarray(part * size, (part + 1) * size)),
    pieces: meaning.read(text).pieces,
  };
};
const traces = tracesOf(SECRET);
const common = new Set(OTHERS.flatMap((text) => [...meaning.read(text).pieces]));

/** What bytes show of the secret. */
const shown = (bytes: Buffer): string[] => [
  ...(bytes.toString('latin1').toLowerCase().includes(WORD) ? ['a word'] : []),
  ...(traces.vector.some((part) => bytes.includes(part)) ? ['its vector'] : []),
];

const piecesIn = (bytes: Buffer): string[] => {
  const { pieces } = readSegment(bytes).numbers;
  return [...traces.pieces].some((piece) => !common.has(piece) && pieces.includes(piece)) ? ['a piece'] : [];
};

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = `${folder.path}/memfuse.db`;
});
afterEach(() => folder.remove());

/** What the kept segments show of the secret. */
const shownBySegments = (): string[] => {
  const rows = rowsOf<{ bytes: Buffer }>(file, 'SELECT bytes FROM index_segments');
  return [...new Set(rows.flatMap(({ bytes }) => [...shown(bytes), ...piecesIn(bytes)]))];
};
const shownByFiles = (): string[] => [
  ...new Set(readdirSync(folder.path).flatMap((name) => shown(readFileSync(`${folder.path}/${name}`)))),
];
const countSegments = (): number => rowsOf(file, 'SELECT key FROM index_segments').length;

/** A talk with the secret in its midst, and what makes segments of it. */
const createSecret = async (store: Store) => {
  const talk = await createTalk(store);
  const { scope, session, world } = talk;
  const texts = [...OTHERS.slice(0, 4), SECRET, ...OTHERS.slice(4)];
  // Said by the system, so that no speaker's name is part of what the vector stands for.
  const messages = texts.map((text) => talk.message(text, { role: 'system' }));
  await talk.append(messages);
  // Another talk, which stays whatever becomes of this one.
  const user = await store.users.get(scope, session.userId);
  if (user) await world.say(await world.session(user, await world.agent()), OTHERS);
  const owner = { tenantKey: scope.tenantKey, userKey: session.userKey };
  const indexes = new UserIndexes(store.corpus, meaning, 100_000_000, { segmentMessages: SEGMENT_MESSAGES });
  const next = async (): Promise<IndexSegment | null> => {
    await indexes.open(owner);
    const segment = indexes.nextSegment(owner);
    if (segment) indexes.gaveSegment(segment);
    return segment;
  };
  return {
    talk,
    said: messages[4]?.id ?? '',
    next,
    keepAll: async () => {
      for (let segment = await next(); segment; segment = await next()) await store.corpus.saveSegment(segment);
    },
    /** The segment that holds the secret, not kept yet. */
    secretSegment: async (): Promise<IndexSegment> => {
      for (let segment = await next(); segment; segment = await next()) {
        if (shown(Buffer.from(segment.bytes)).length > 0) return segment;
        await store.corpus.saveSegment(segment);
      }
      throw new Error('No segment holds the secret.');
    },
    close: () => indexes.forget(owner.userKey),
  };
};

for (const writer of ['worker', 'here'] as const) {
  describe(`segments of an index, writer: ${writer}`, () => {
    for (const [way, forget] of Object.entries(WAYS)) {
      test(`hold no word, vector or piece of a message once ${way}, nor does any file`, async () => {
        const store = await openSqliteStore({ file, writer });
        const { talk, said, keepAll, close } = await createSecret(store);
        await keepAll();
        expect(shownBySegments().toSorted()).toEqual(['a piece', 'a word', 'its vector']);
        // Closed and opened again, so that the segments have gone from the log into the pages of the database.
        await store.close();
        expect(shownByFiles().toSorted()).toEqual(['a word', 'its vector']);
        const again = await openSqliteStore({ file, writer });
        await forget(again, talk, said);
        expect(shownBySegments()).toEqual([]);
        close();
        await again.close();
        expect(shownByFiles()).toEqual([]);
      });
    }

    test('are made again from what is left without a trace of what is not', async () => {
      const store = await openSqliteStore({ file, writer });
      const { talk, said, keepAll, close } = await createSecret(store);
      await keepAll();
      const before = countSegments();
      await store.messages.delete(talk.scope, talk.session.id, [said], 9_000);
      expect(countSegments()).toBe(before - 1);
      await keepAll();
      expect([countSegments(), shownBySegments()]).toEqual([before, []]);
      close();
      await store.close();
      expect(shownByFiles()).toEqual([]);
    });

    for (const [way, forget] of Object.entries(WAYS)) {
      test(`that are on their way to be kept are not kept once ${way}`, async () => {
        const store = await openSqliteStore({ file, writer });
        const { talk, said, secretSegment, close } = await createSecret(store);
        const segment = await secretSegment();
        await forget(store, talk, said);
        expect(await store.corpus.saveSegment(segment)).toBe(false);
        close();
        await store.close();
        expect(shownByFiles()).toEqual([]);
      });
    }

    test.each([0, 1, 2, 3])(
      'that are kept while their message is deleted are gone after both, in any order (%d)',
      async (at) => {
        const store = await openSqliteStore({ file, writer });
        const { talk, said, secretSegment, close } = await createSecret(store);
        const segment = await secretSegment();
        const others = () => talk.append([talk.message('meanwhile')]);
        const acts = [others, others, others];
        acts.splice(at, 0, () => store.messages.delete(talk.scope, talk.session.id, [said], 9_000));
        acts.splice(2, 0, () => store.corpus.saveSegment(segment));
        await Promise.all(acts.map((act) => act()));
        expect(shownBySegments()).toEqual([]);
        close();
        await store.close();
        expect(shownByFiles()).toEqual([]);
      },
    );
  });
}
