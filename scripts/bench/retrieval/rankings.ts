import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStaticEmbedder } from '../../../src/embedding/static.ts';
import { type Baseline, bm25, dense, fused } from '../../quality/baselines.ts';
import type { Conversation, Question } from '../../quality/conversation.ts';
import { bestTurns, type Example, outcomeOf } from '../../quality/examples.ts';
import type { Outcome } from '../../quality/figures.ts';
import type { FittedWeights } from '../../quality/fit.ts';
import { openMiniLM } from '../../quality/mini-lm.ts';
import { type Answer, ask, type Call, createAgent, TOP_K, tell } from '../../quality/over-http.ts';
import { benchFolder, startProcess } from '../server-process.ts';

/** What one way of ranking found, question by question. */
export interface Ranking {
  readonly name: string;
  readonly outcomes: ReadonlyMap<Question, Outcome>;
}

const MAIN = join(import.meta.dir, '..', '..', '..', 'src', 'main.ts');

/** A server process that is told conversations and asked their questions. Without weights it takes those it ships with. */
export const overHttp = async (
  conversations: readonly Conversation[],
  weights: FittedWeights | null,
): Promise<Answer[]> => {
  const folder = benchFolder();
  const file = join(folder, 'weights.json');
  if (weights) writeFileSync(file, JSON.stringify(weights));
  const env = { MEMFUSE_SERVER__LOG_LEVEL: 'error', ...(weights && { MEMFUSE_RETRIEVAL__WEIGHTS_FILE: file }) };
  const server = await startProcess(MAIN, { health: '/api/v1/health', env, folder });
  try {
    const call: Call = (method, path, body) => server.call(method, `/api/v1${path}`, body);
    const agentId = await createAgent(call);
    const answers: Answer[] = [];
    for (const conversation of conversations) {
      answers.push(...(await ask(call, await tell(call, conversation, agentId))));
    }
    return answers;
  } finally {
    await server.stop();
  }
};

/** Simple rankings of the same turns, and the sentence that says why one is not there. */
export const simpleRankings = async (
  conversations: readonly (readonly Example[])[],
  { miniLM: wantsMiniLM }: { readonly miniLM: boolean },
): Promise<{ readonly rankings: Ranking[]; readonly missing: string | null }> => {
  const embedder = await openStaticEmbedder();
  const opened = wantsMiniLM ? await openMiniLM() : 'left out of a quick run.';
  const miniLM = typeof opened === 'string' ? null : opened;
  const outcomes = new Map<string, Map<Question, Outcome>>();
  const put = (name: string, example: Example, scores: Float64Array): void => {
    const found = outcomes.get(name) ?? new Map<Question, Outcome>();
    const best = bestTurns(scores.subarray(0, example.starts.length - 1), TOP_K);
    outcomes.set(name, found.set(example.question, outcomeOf(example, best)));
  };
  for (const examples of conversations) {
    const [first] = examples;
    if (!first) continue;
    const questions = examples.map(({ question }) => question.text);
    const run = (baseline: Baseline): Promise<Float64Array[]> => baseline(first.conversation, questions);
    const byWords = await run(bm25);
    const byStatic = await run(dense(embedder));
    const byMiniLM = miniLM && (await run(dense(miniLM)));
    examples.forEach((example, i) => {
      const words = byWords[i] as Float64Array;
      put('BM25 over single turns', example, words);
      put('static vectors alone', example, byStatic[i] as Float64Array);
      const near = byMiniLM?.[i];
      if (!near) return;
      put('MiniLM alone', example, near);
      put('rank fusion of BM25 and MiniLM', example, fused([words, near]));
    });
  }
  await Promise.all([embedder.close(), miniLM?.close()]);
  const rankings = [...outcomes].map(([name, found]): Ranking => ({ name, outcomes: found }));
  return { rankings, missing: typeof opened === 'string' ? opened : null };
};
