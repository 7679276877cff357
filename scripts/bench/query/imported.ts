import { type Random, seededRandom } from '../../../test/support/random.ts';
import { runJourneys } from '../journeys.ts';
import { postBytes } from '../load-client.ts';
import { benchFolder } from '../server-process.ts';
import { interleave, type Result, result } from '../suite.ts';
import { serve } from './served.ts';
import type { Speech } from './speech.ts';

const CLIENTS = 8;
const MESSAGES_A_CALL = 100;
const CALLS_A_SESSION = 8;

/** What the first questions meet right after a user's import over HTTP, which no index has read yet. */
export const measureImport = async (
  speech: Speech,
  { messages, rounds }: { readonly messages: number; readonly rounds: number },
): Promise<Result[]> => {
  const random = seededRandom(23);
  const { imported } = await interleave(rounds, { imported: () => importAndAsk(speech, messages, random) });
  const name = `${messages.toLocaleString('en')} messages imported by ${CLIENTS} clients`;
  return [
    result(
      `${name}: the first question right behind them`,
      'ms',
      imported.map(({ firstMs }) => firstMs),
      {
        target: { of: 'value', atMost: 500 },
      },
    ),
    result(
      '  the next question',
      'ms',
      imported.map(({ nextMs }) => nextMs),
    ),
    result(
      '  imported',
      'messages/s',
      imported.map(({ perSecond }) => perSecond),
    ),
  ];
};

const importAndAsk = async (speech: Speech, messages: number, random: Random) => {
  const server = await serve(benchFolder());
  const call = (i: number) => ({
    user: 'importer',
    session: `session ${Math.trunc(i / CALLS_A_SESSION)}`,
    messages: Array.from({ length: MESSAGES_A_CALL }, (_, k) => ({
      role: k % 2 === 0 ? 'user' : 'assistant',
      content: speech.turn(random),
    })),
  });
  const step = (i: number) => [
    { name: 'add', bytes: postBytes('/api/v1/memories', JSON.stringify(call(i))), status: 201 },
  ];
  const count = Math.ceil(messages / MESSAGES_A_CALL);
  const run = await runJourneys({ port: server.port, connections: CLIENTS, count, steps: step });
  const ask = async (): Promise<number> => {
    const startedMs = performance.now();
    await server.call('POST', '/api/v1/memories/search', { user: 'importer', query: speech.question(random) });
    return performance.now() - startedMs;
  };
  const [firstMs, nextMs] = [await ask(), await ask()];
  await server.stop();
  if (run.firstError) throw new Error(`An add went wrong: ${run.firstError}`);
  return { firstMs, nextMs, perSecond: run.perSecond * MESSAGES_A_CALL };
};
