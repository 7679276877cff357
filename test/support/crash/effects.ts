import { eventually } from '../eventually.ts';
import type { Random } from '../random.ts';
import type { ServerProcess } from '../server-process.ts';
import { callApi, listWhole } from './api.ts';
import type { LedgerSession } from './ledger.ts';

/** Settings under which the background is always at something, and what a killed process held is soon another's. */
export const busyBackground = (random: Random): Record<string, string> => ({
  MEMFUSE_BUFFER__ROUND_BUFFER__IDLE: String(random.pick([0.01, 0.05, 0.3])),
  MEMFUSE_BUFFER__PERFORMANCE__FLUSH_INTERVAL: String(random.pick([0.01, 0.05, 0.3])),
  // Longer than a Worker takes to start, which is the sign of life that it waits for first.
  MEMFUSE_MEMORY__BACKGROUND__LEASE: '2',
  MEMFUSE_MEMORY__BACKGROUND__RETRY_DELAY: '0.01',
  MEMFUSE_MEMORY__BACKGROUND__MAX_RETRY_DELAY: '0.1',
});

interface Stats {
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
}

interface Chunk {
  readonly content: string;
  readonly metadata: { readonly message_ids: readonly string[] };
}

/** How long the background may take for what a round of kills left it. */
const PATIENCE_MS = 60_000;

const faultsOf = async (server: ServerProcess, session: LedgerSession): Promise<string[]> => {
  const path = `/sessions/${session.id}`;
  const [rows, { chunks }] = await Promise.all([
    listWhole(server, session),
    callApi<{ chunks: Chunk[] }>(server, 'GET', `${path}/chunks?limit=100&order=asc`),
  ]);
  const places = new Map(rows.map(({ id }, i) => [id, i]));
  const placeOf = ({ metadata }: Chunk): number => places.get(metadata.message_ids[0] ?? '') ?? -1;
  const inOrder = chunks.toSorted((a, b) => placeOf(a) - placeOf(b));
  const chunked = inOrder.flatMap(({ metadata }) => metadata.message_ids);
  const faults: string[] = [];
  if (chunked.join() !== rows.map(({ id }) => id).join()) {
    const missing = rows.filter(({ id }) => !chunked.includes(id)).length;
    const doubled = chunked.length - new Set(chunked).size;
    faults.push(
      `session ${session.id} has ${rows.length} messages and ${chunked.length} in chunks: ${missing} in none, ${doubled} in several`,
    );
  }
  const said = rows.map(({ content }) => `[user]: ${content}`).join('\n');
  const held = inOrder.map(({ content }) => content).join('\n');
  if (faults.length === 0 && said !== held) faults.push(`session ${session.id} has a chunk of what was said before`);
  return faults;
};

/**
 * Waits until the background has done what is left to do, and compares what it made with the messages: each is in one
 * chunk, in its place, as it is now. Returns what is wrong.
 */
export const verifyEffects = async (server: ServerProcess, sessions: readonly LedgerSession[]): Promise<string[]> => {
  const look = () => callApi<Stats>(server, 'GET', '/tasks/stats');
  const isIdle = async () => {
    const { waiting, running, failed } = await look();
    return waiting + running === 0 && { failed };
  };
  const { failed } = await eventually('the background has resumed and ended its work', isIdle, PATIENCE_MS);
  const faults = failed > 0 ? [`${failed} tasks were given up`] : [];
  for (const session of sessions) faults.push(...(await faultsOf(server, session)));
  return faults;
};
