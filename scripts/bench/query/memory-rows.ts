import type { Store } from '../../../src/contract/store.ts';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { systemIds as ids } from '../../../src/platform/ids.ts';
import { seededRandom } from '../../../test/support/random.ts';
import { inFolders } from '../seed/folders.ts';
import { interleave, quantile, type Result, result } from '../suite.ts';
import { openBaselines } from './baselines.ts';
import { addRememberer, copyStore, openStoreIn, type Rememberer, remember } from './memories.ts';
import { isCold, keepSegments, openProduct } from './product.ts';
import type { Speech } from './speech.ts';
import { timeEach } from './timing.ts';

/** Parts in which a memory comes about among those of others. */
const PARTS = 10;

/** Makes users with memories of the same size, the watched one's in parts among them. */
const fillCrowd = async (
  store: Store,
  { users, messages, watched }: { readonly users: number; readonly messages: number; readonly watched: number },
  speech: Speech,
): Promise<Rememberer> => {
  const random = seededRandom(13);
  const who = await addRememberer(store, 'Leilani');
  const own = seededRandom(14);
  for (let part = 0; part < PARTS; part += 1) {
    await remember(store, who, watched / PARTS, { speech, random: own });
    for (let i = part; i < users - 1; i += PARTS) {
      const other = await addRememberer(store, `user ${i}`);
      await remember(store, other, messages, { speech, random });
    }
  }
  return who;
};

/** The same memory alone in its store and in one with a crowd: the index is the user's own, only reads can differ. */
export const measureCrowd = (
  speech: Speech,
  plan: { readonly users: number; readonly total: number; readonly watched: number; readonly rounds: number },
): Promise<Result[]> =>
  inFolders(2, async ([quiet, crowded]) => {
    const { users, total, watched, rounds } = plan;
    const random = seededRandom(15);
    const sides = await Promise.all(
      [
        { folder: quiet, users: 1 },
        { folder: crowded, users },
      ].map(async ({ folder, users: count }) => {
        const store = await openStoreIn(folder);
        const messages = Math.round((total - watched) / (users - 1));
        const who = await fillCrowd(store, { users: count, messages, watched }, speech);
        const product = await openProduct(folder);
        await product.indexes.open(who);
        await keepSegments(product, store, who);
        await store.close();
        return { who, product, folder };
      }),
    );
    const [alone, among] = sides;
    if (!alone || !among) throw new Error('Both sides were made above.');
    const ask = ({ who, product }: typeof alone) =>
      timeEach(
        Array.from({ length: 200 }, () => speech.question(random)),
        (question) => product.ask(who, question),
        { counts: isCold },
      );
    const first = async ({ who, folder }: typeof alone): Promise<number> => {
      const product = await openProduct(folder);
      const [ms = Number.NaN] = await timeEach([speech.question(random)], (question) => product.ask(who, question));
      product.indexes.forget(who.userKey);
      return ms;
    };
    await interleave(1, { alone: () => ask(alone), among: () => ask(among) });
    const asked = await interleave(rounds, { alone: () => ask(alone), among: () => ask(among) });
    const firsts = await interleave(rounds, { alone: () => first(alone), among: () => first(among) });
    const at = (q: number) => (times: readonly number[]) => quantile(times, q);
    const name = `${watched.toLocaleString('en')} messages among ${total.toLocaleString('en')} of ${users.toLocaleString('en')} users`;
    return [
      result(`${name}, p50 (alone)`, 'ms', asked.among.map(at(0.5)), {
        baseline: asked.alone.map(at(0.5)),
        target: { of: 'ratio', atMost: 1.3 },
      }),
      result('  p99', 'ms', asked.among.map(at(0.99)), { baseline: asked.alone.map(at(0.99)) }),
      result('  first query, nothing in memory', 'ms', firsts.among, { baseline: firsts.alone }),
    ];
  });

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/**
 * Processor time that an add of two messages costs the index, garbage collection and reading them back from the store
 * included; and what the next question pays on top, since what is held of a memory's documents is worked out again.
 */
export const measureIndexing = (
  folder: string,
  who: Rememberer,
  speech: Speech,
  { rounds, adds }: { readonly rounds: number; readonly adds: number },
): Promise<Result[]> =>
  inFolders(1, async ([copy]) => {
    copyStore(folder, copy);
    const random = seededRandom(16);
    const store = await openStoreIn(copy);
    const product = await openProduct(copy);
    const baselines = openBaselines(copy, await openStaticModel());
    await product.ask(who, speech.question(random));
    const scope = { tenantKey: who.tenantKey, userKey: null };
    const twoTurns = (): string[] => [speech.turn(random), speech.turn(random)];
    const append = (texts: readonly string[]) =>
      store.messages.append(
        scope,
        who.sessionId,
        texts.map((content, k) => ({
          id: ids.uuid(),
          role: k === 0 ? ('user' as const) : ('assistant' as const),
          content,
          name: null,
          metadata: null,
          createdAt: Date.now(),
        })),
      );
    const spent = async (work: () => unknown, before: () => unknown = () => {}): Promise<number[]> => {
      let total = 0;
      for (let i = 0; i < adds; i += 1) {
        await before();
        const startedMs = cpuMs();
        await work();
        total += cpuMs() - startedMs;
      }
      return [total / adds];
    };
    const sides = {
      index: () =>
        spent(
          () => product.indexes.open(who),
          () => append(twoTurns()),
        ),
      engines: () => spent(() => baselines.addWhole(twoTurns())),
      after: () =>
        timeEach(
          Array.from({ length: adds }, () => speech.question(random)),
          (question) => product.ask(who, question),
          { counts: isCold },
        ),
      next: async () => {
        const times: number[] = [];
        for (let i = 0; i < adds; i += 1) {
          await append(twoTurns());
          times.push(...(await timeEach([speech.question(random)], (question) => product.ask(who, question))));
        }
        return times;
      },
    };
    await interleave(1, sides);
    const { index, engines, after, next } = await interleave(rounds, sides);
    baselines.close();
    await store.close();
    const p50 = (times: readonly number[]): number => quantile(times, 0.5);
    return [
      result('an add of two messages: processor time of the index (FTS5 and vec0 inserting them)', 'ms', index.flat(), {
        baseline: engines.flat(),
        target: { of: 'value', atMost: 0.3 },
      }),
      result('  the question right after it, p50 (one with no add before)', 'ms', next.map(p50), {
        baseline: after.map(p50),
      }),
    ];
  });
