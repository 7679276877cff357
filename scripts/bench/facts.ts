import { extractFacts, openReader } from '../../src/memory/kinds/extract/extract.ts';
import { byKind, OWN_CONVERSATIONS, readConversations } from '../quality/conversations.ts';
import { closingsOf } from '../quality/facts/closings.ts';
import { factFolds } from '../quality/facts/folds.ts';
import type { FactFigures } from '../quality/facts/judge.ts';
import { extractTurnsOf } from '../quality/facts/noted-turns.ts';
import { figuresOfPairs, readPairs } from '../quality/facts/pairs.ts';
import { factLine, figuresByKind } from '../quality/facts/report.ts';
import { type Result, result, type Suite, type Target } from './suite.ts';

const atLeast = (value: number): Target => ({ of: 'value', atLeast: value });
const atMost = (value: number): Target => ({ of: 'value', atMost: value });

interface KindTargets {
  readonly covered?: Target;
  readonly perTurn?: Target;
  readonly junk?: Target;
  readonly strictJunk?: Target;
}

const TARGETS: Readonly<Record<string, KindTargets>> = {
  locomo: { covered: atLeast(0.5), perTurn: atMost(0.9), junk: atMost(0.33), strictJunk: atMost(0.52) },
};

/** Figures of one kind, by weights that have not seen the conversation, beside those of plain statements in the first person. */
const rowsOf = (kind: string, product: FactFigures, baseline: FactFigures): Result[] => {
  const targets = TARGETS[kind] ?? {};
  const row = (name: string, share: (figures: FactFigures) => number, target: Target | undefined): Result =>
    result(`${kind}: ${name}`, 'share', [share(product)], { baseline: [share(baseline)], target: target ?? null });
  return [
    row('covered at F1 >= .5', ({ covered, noted }) => covered / noted, targets.covered),
    row('facts a turn', ({ made, turns }) => made / turns, targets.perTurn),
    row('junk', ({ junk, made }) => junk / made, targets.junk),
    row('strict junk', ({ strictJunk, made }) => strictJunk / made, targets.strictJunk),
  ];
};

const ROUNDS = 5;
const MOST_SHOWN = 40;

/** How well facts are read out of turns without an LLM, how sure closings are, and how fast it goes. */
export const factsSuite: Suite = {
  description:
    'Facts that are read out of turns without an LLM: how many of those that were noted, closings, speed (--data)',
  run: async ({ quick, data, say, keep }) => {
    const conversations = readConversations(OWN_CONVERSATIONS, ...data).flat();
    const reader = await openReader();
    const results: Result[] = [];

    const pairs = readPairs();
    const { precision, recall, wrong, missed } = figuresOfPairs(pairs, reader);
    for (const { group, earlier, later } of wrong) say(`closes wrongly (${group}): "${earlier}" by "${later}"`);
    for (const { group, earlier, later } of missed) say(`is not closed (${group}): "${earlier}" by "${later}"`);
    results.push(
      result(`own pairs (${pairs.length}): closings that are right`, 'share', [precision], { target: atLeast(0.97) }),
      result('own pairs: closings that are found', 'share', [recall], { target: atLeast(0.65) }),
    );

    const { folds } = await factFolds(quick ? conversations.filter(({ kind }) => kind === 'locomo') : conversations);
    for (const [kind, { withoutIt, withoutKind, baseline }] of figuresByKind(folds)) {
      results.push(...rowsOf(kind, withoutIt, baseline));
      if (withoutKind) say(`${kind}, by weights that have seen no conversation of its kind: ${factLine(withoutKind)}`);
    }
    if (folds.length === 0) say('No conversation has notes to hold facts against. Name folders of such by --data.');

    let facts = 0;
    const listed = [];
    for (const [kind, some] of byKind(conversations)) {
      const found = some.map((conversation) => closingsOf(conversation, reader));
      const made = found.reduce((sum, each) => sum + each.facts, 0);
      const closings = found.flatMap((each) => each.closings);
      facts += made;
      listed.push(...closings.map((closing) => ({ kind, ...closing })));
      say(`${kind}: ${made} facts, ${closings.length} closed`);
      for (const { reason, older, newer } of closings.slice(0, MOST_SHOWN))
        say(`  ${reason}: "${older}" by "${newer}"`);
    }
    keep('closings', listed);
    results.push(result('closings per 1,000 facts, right and wrong', '', [(1000 * listed.length) / facts]));

    const sessions = conversations.flatMap(({ sessions: some }) => some.map((session) => extractTurnsOf(session, 1)));
    const messages = sessions.reduce((sum, turns) => sum + turns.length, 0);
    const speeds: number[] = [];
    for (let round = 0; round < (quick ? 2 : ROUNDS); round += 1) {
      // Of this thread: what else the machine does takes nothing from it.
      const before = process.threadCpuUsage();
      for (const turns of sessions) extractFacts(turns, reader);
      const { user, system } = process.threadCpuUsage(before);
      speeds.push((1_000_000 * messages) / (user + system));
    }
    results.push(result('extraction alone, by processor time', 'messages/s', speeds, { target: atLeast(2_500) }));
    return results;
  },
};
