import { join } from 'node:path';
import { type Change, CONVERSATIONS } from '../quality/what-changed.ts';
import { benchFolder, startProcess } from './server-process.ts';
import { result, type Suite } from './suite.ts';

const MAIN = join(import.meta.dir, '..', '..', 'src', 'main.ts');
const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 0, 5, 9);
const WHEN_EXTRACTED = '?wait_for=extracted&timeout_ms=30000';
const BLOCK_TOKENS = 500;

const has = (text: string, value: string): boolean => text.toLowerCase().includes(value.toLowerCase());

/** Whether questions about what has changed are answered by what holds now. */
export const currentSuite: Suite = {
  description:
    'Questions about what has changed: whether what holds now comes first, and stands in the block for a prompt',
  run: async ({ say, keep }) => {
    const server = await startProcess(MAIN, {
      health: '/api/v1/health',
      env: { MEMFUSE_SERVER__LOG_LEVEL: 'error' },
      folder: benchFolder(),
    });
    try {
      const call = (method: string, path: string, body?: unknown) => server.call(method, `/api/v1${path}`, body);
      const outcomes: { kind: string; isFirst: boolean; isInBlock: boolean; change: Change }[] = [];
      for (const { kind, user, sessions, changes } of CONVERSATIONS) {
        let [userId, at] = ['', FIRST_MS];
        for (const [i, turns] of sessions.entries()) {
          const messages = turns.map(({ role, content }, turn) => ({
            ...{ role, content },
            created_at: new Date(at + turn * 60_000).toISOString(),
          }));
          const body = { user, agent: 'assistant', session: `${user} ${i}`, messages };
          userId = (await call('POST', `/memories${WHEN_EXTRACTED}`, body)).user_id;
          at += 20 * DAY_MS;
        }
        for (const change of changes) {
          const { results } = await call('POST', `/users/${userId}/query`, { query: change.question, top_k: 5 });
          const placeOf = (value: string): number => {
            const place = results.findIndex(({ content }: { content: string }) => has(content, value));
            return place < 0 ? Number.POSITIVE_INFINITY : place;
          };
          const asked = { query: change.question, max_tokens: BLOCK_TOKENS };
          const { context } = await call('POST', `/users/${userId}/context`, asked);
          const isFirst = placeOf(change.now) < placeOf(change.before);
          outcomes.push({ kind, isFirst, isInBlock: has(context, change.now), change });
        }
      }
      for (const { change, isFirst, isInBlock } of outcomes) {
        if (!isFirst) say(`not first: ${change.now} before ${change.before} for "${change.question}"`);
        if (!isInBlock) say(`not in the block: ${change.now} for "${change.question}"`);
      }
      keep('outcomes', outcomes);
      const shareOf = (of: typeof outcomes, is: (one: (typeof outcomes)[0]) => boolean): number =>
        of.filter(is).length / of.length;
      const rows = [...Map.groupBy(outcomes, ({ kind }) => kind), ['all', outcomes] as const];
      return rows.flatMap(([kind, of]) => {
        const isAll = kind === 'all';
        const first = isAll ? { target: { of: 'value', atLeast: 0.85 } as const } : {};
        const inBlock = isAll ? { target: { of: 'value', atLeast: 0.95 } as const } : {};
        return [
          result(`${kind} (${of.length}): what holds first`, 'share', [shareOf(of, (one) => one.isFirst)], first),
          result(`${kind}: what holds in the block`, 'share', [shareOf(of, (one) => one.isInBlock)], inBlock),
        ];
      });
    } finally {
      await server.stop();
    }
  },
};
