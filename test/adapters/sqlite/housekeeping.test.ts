import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync, statSync } from 'node:fs';
import { Housekeeping } from '../../../adapters/sqlite/housekeeping.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { Store } from '../../../src/contract/store.ts';
import { endOf } from '../../contract/refusal.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { rowsOf } from './rows.ts';
import { createTalk } from './talk.ts';

const MIB = 1_048_576;

for (const writer of ['worker', 'here'] as const) {
  describe(`the disk space of a store, writer: ${writer}`, () => {
    let folder: ReturnType<typeof temporaryFolder>;
    let file: string;
    let store: Store;
    beforeEach(async () => {
      folder = temporaryFolder();
      file = `${folder.path}/memfuse.db`;
      store = await openSqliteStore({ file, writer });
    });
    afterEach(async () => {
      await store.close();
      folder.remove();
    });

    const size = (): number => {
      const parts = readdirSync(folder.path).filter((name) => !name.endsWith('-reserve'));
      return parts.reduce((sum, name) => sum + statSync(`${folder.path}/${name}`).size, 0);
    };

    test('comes back by itself behind large deletions, while writes go on, and the file is sound', async () => {
      const talk = await createTalk(store);
      const rounds = Array.from({ length: 10 }, () =>
        Array.from({ length: 100 }, () => talk.message('x'.repeat(10_000))),
      );
      for (const round of rounds) await talk.append(round);
      const full = size();
      expect(full).toBeGreaterThan(10 * MIB);
      const { scope, session } = talk;
      const kept = rounds[5]?.map(({ id }) => id) ?? [];
      for (const round of rounds.toSpliced(5, 1)) {
        await store.messages.delete(
          scope,
          session.id,
          round.map(({ id }) => id),
          9_000,
        );
      }
      const said: string[] = [];
      await eventually('the file is small', async () => {
        const message = talk.message('meanwhile');
        if ((await endOf(talk.append([message]))) === 'accepted') said.push(message.id);
        return size() < full / 4;
      });
      expect(await talk.ids()).toEqual([...kept, ...said]);
      await store.close();
      expect(rowsOf(file, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    });
  });
}

describe('housekeeping', () => {
  /** A file of so many pages, of which some are free. */
  const createFile = (pages: number, freePages: number, more = {}) => {
    const space = { pages, freePages, pageBytes: 4_096, canShrink: true };
    const state = { isPressed: false, fails: false, shrunk: 0, told: 0, slices: 0, swept: 0, ...more };
    const failures: unknown[] = [];
    const housekeeping = new Housekeeping({
      isPending: async () => state.slices > 0,
      sweep: async () => {
        state.slices -= 1;
        state.swept += 1;
      },
      space: async () => ({ ...space, ...more }),
      shrink: async (count) => {
        if (state.fails) throw new Error('The disk is gone.');
        state.shrunk += 1;
        const given = Math.min(count, space.freePages);
        space.freePages -= given;
        space.pages -= given;
      },
      onShrunk: () => {
        state.told += 1;
      },
      onFailure: (error) => failures.push(error),
      isPressed: () => state.isPressed,
    });
    const look = async () => {
      housekeeping.look();
      await housekeeping.rest();
      return space;
    };
    return { housekeeping, look, state, failures };
  };

  test('leaves a file alone of which little is free, and one that is small', async () => {
    const large = createFile(100_000, 19_000);
    expect(await large.look()).toMatchObject({ pages: 100_000 });
    const small = createFile(400, 300);
    expect(await small.look()).toMatchObject({ pages: 400 });
  });

  test('gives every free page back when the disk is full', async () => {
    const { look, state } = createFile(100_000, 100);
    state.isPressed = true;
    expect(await look()).toEqual({ pages: 99_900, freePages: 0, pageBytes: 4_096, canShrink: true });
    expect(state.told).toBe(1);
  });

  test('begins when a fifth is free, and leaves a twentieth for what is written next', async () => {
    const { pages, freePages } = await createFile(100_000, 21_000).look();
    expect(freePages / pages).toBeLessThan(1 / 20);
    expect(freePages / pages).toBeGreaterThan(1 / 21);
  });

  test('leaves a file alone that cannot shrink, and one whose disk fails', async () => {
    const old = createFile(100_000, 50_000, { canShrink: false });
    await old.look();
    expect(old.state.shrunk).toBe(0);
    const failing = createFile(100_000, 50_000);
    failing.state.fails = true;
    expect(await failing.look()).toMatchObject({ freePages: 50_000 });
    expect(failing.failures).toHaveLength(1);
  });

  test('removes all that is left of deletions, then gives the space back', async () => {
    const { look, state } = createFile(100_000, 50_000, { slices: 500 });
    await look();
    expect(state).toMatchObject({ slices: 0, swept: 500, told: 1 });
  });

  test('does no more than a few slices once it is closed', async () => {
    const { housekeeping, state } = createFile(100_000, 50_000, { slices: 500 });
    housekeeping.look();
    await housekeeping.close();
    expect(state.swept).toBeGreaterThan(50);
    expect(state).toMatchObject({ slices: 500 - state.swept, shrunk: 0 });
    expect(state.swept).toBeLessThan(80);
  });
});
