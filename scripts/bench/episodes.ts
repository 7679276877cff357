import { findMultilingualModel } from '../../src/embedding/multilingual-model.ts';
import { openStaticModel } from '../../src/embedding/static-model.ts';
import { beginningsOf } from '../../src/memory/kinds/summarise/borders.ts';
import { describeEpisode } from '../../src/memory/kinds/summarise/episode.ts';
import { createMeaning } from '../../src/retrieval/index/meaning.ts';
import { openTagger } from '../../src/text/clauses/tagger.ts';
import { byKind, OWN_CONVERSATIONS, readConversations } from '../quality/conversations.ts';
import { interleaved, notedOf, pkOf, recallsOf, workMessagesOf, writtenOf } from '../quality/episodes.ts';
import { type Result, result, type Suite, type Target } from './suite.ts';

const TARGETS: Readonly<Record<string, { readonly same: Target; readonly mixed: Target; readonly recall: Target }>> = {
  locomo: {
    same: { of: 'value', atMost: 0.3 },
    mixed: { of: 'value', atMost: 0.22 },
    recall: { of: 'value', atLeast: 0.3 },
  },
};
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const ROUNDS = 3;
/** Turns of an episode whose making is timed. */
const TIMED = 20;

/** Where sessions are cut, what summaries tell, and how fast both go. */
export const episodesSuite: Suite = {
  description:
    'Episodes without an LLM: where sessions that follow each other are cut, what summaries tell, speed (--data)',
  run: async ({ quick, data }) => {
    const conversations = readConversations(OWN_CONVERSATIONS, ...data).flat();
    const model = createMeaning(await openStaticModel(), await findMultilingualModel());
    const tagger = await openTagger();
    const results: Result[] = [];
    for (const [kind, some] of byKind(conversations)) {
      const long = some.filter(({ sessions }) => sessions.length > 1);
      if (long.length === 0 || (quick && kind !== 'locomo')) continue;
      const { same = null, mixed = null, recall = null } = TARGETS[kind] ?? {};
      const pks = long.map(({ sessions }) => pkOf(sessions, model));
      results.push(result(`${kind}: Pk, sessions of one conversation`, 'share', [meanOf(pks)], { target: same }));
      const other = pkOf(interleaved(long), model);
      results.push(result(`${kind}: Pk, of different ones`, 'share', [other], { target: mixed }));
      for (const [gold, goldOf, target] of [
        ['noted facts', notedOf, null],
        ['summaries that somebody wrote', writtenOf, recall],
      ] as const) {
        const recalls = long.flatMap((conversation) => recallsOf(conversation, goldOf, tagger));
        if (recalls.length === 0) continue;
        const summaries = [meanOf(recalls.map(({ summary }) => summary))];
        const baseline = [meanOf(recalls.map(({ beginning }) => beginning))];
        results.push(result(`${kind}: content ROUGE-1 of ${gold}`, 'share', summaries, { baseline, target }));
      }
    }
    const turns = conversations.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns)).slice(0, 4_000);
    const rates = Array.from({ length: quick ? 1 : ROUNDS }, () => {
      const startedMs = performance.now();
      for (let from = 0; from < turns.length; from += TIMED) {
        const messages = workMessagesOf(turns.slice(from, from + TIMED));
        const read = messages.map(({ content: text, createdAt }) => ({ speaker: '', text, tokens: 0, createdAt }));
        beginningsOf(read, model);
        describeEpisode(messages, tagger);
      }
      return (1_000 * turns.length) / (performance.now() - startedMs);
    });
    results.push(result('messages cut and summarised a second, one thread', 'messages', rates));
    return results;
  },
};
