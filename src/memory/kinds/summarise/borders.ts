import { opensWith, takesLeave } from './cues.ts';
import { likenessAt, type TopicModel, topicsOf } from './topics.ts';

/** A message as episodes are cut. */
export interface Turn {
  readonly speaker: string;
  readonly text: string;
  readonly tokens: number;
  readonly createdAt: number;
}

/** Turns to each side of a place that its likeness is told by. */
const WINDOW = 4;
const LEAST_TURNS = 6;
const MOST_TURNS = 24;
const MOST_TOKENS = 4_000;

/** What speaks for a border is worth that much; a border costs `COST`. */
const GREETS = 0.5;
const MEETS = 0.5;
const TOOK_LEAVE = 0.3;
const NEW_SPEAKER = 0.5;
const COST = 0.9;
/** For each turn that an episode lacks, but for the last one, which may still grow. */
const TOO_SHORT = 0.5;
/** Pauses, the longest first. */
const PAUSES: readonly (readonly [ms: number, worth: number])[] = [
  [24 * 3_600_000, 1.5],
  [4 * 3_600_000, 1],
  [3_600_000, 0.5],
];
/** How many turns back a speaker is remembered. */
const REMEMBERED = 6;
/** How far the tops to both sides of a dip are looked for. */
const MOST_CLIMBED = MOST_TURNS;

/** How deep a dip lies below the tops to both of its sides. */
const depthAt = (likeness: readonly number[], place: number): number => {
  const own = likeness[place] as number;
  const climb = (step: 1 | -1): number => {
    let top = own;
    for (let at = place + step; Math.abs(at - place) <= MOST_CLIMBED; at += step) {
      const next = likeness[at];
      if (next === undefined || next < top) break;
      top = next;
    }
    return top - own;
  };
  return climb(-1) + climb(1);
};

/** What else than its words speaks for a border before a turn. */
const cuesAt = (turns: readonly Turn[], at: number): number => {
  const [turn, last] = [turns[at] as Turn, turns[at - 1] as Turn];
  const { greets, meets } = opensWith(turn.text);
  const left = turns.slice(Math.max(0, at - 2), at).some(({ text }) => takesLeave(text));
  const recent = turns.slice(Math.max(0, at - REMEMBERED), at);
  const isNew = at > 1 && !recent.some(({ speaker }) => speaker === turn.speaker);
  // A clock that was set back, or a message of 1970 among those of today, is a pause as well.
  const pauseMs = Math.abs(turn.createdAt - last.createdAt);
  const pause = PAUSES.find(([ms]) => pauseMs >= ms)?.[1] ?? 0;
  return (greets ? GREETS : 0) + (meets ? MEETS : 0) + (left ? TOOK_LEAVE : 0) + (isNew ? NEW_SPEAKER : 0) + pause;
};

/** What speaks for a border before each turn but the first. */
const worthsOf = (turns: readonly Turn[], model: TopicModel | null): number[] => {
  const likeness = model
    ? likenessAt(
        topicsOf(
          turns.map(({ text }) => text),
          model,
        ),
        WINDOW,
      )
    : null;
  return turns.slice(1).map((_, i) => (likeness ? depthAt(likeness, i) : 0) + cuesAt(turns, i + 1));
};

/**
 * Where episodes begin, from 0: TextTiling over what turns are about, with what people say when they meet and part, pauses, and
 * new speakers. Of all ways to cut into episodes of up to 24 turns and 4,000 tokens it is the one whose borders are worth most.
 * A border is told from 24 turns to each side at the most, so that it does not matter how many turns come at a time: with ten
 * at a time Pk is .02 higher than with all at once, with two .03. README.md has the figures.
 *
 * @param model null to go by the other signs alone.
 */
export const beginningsOf = (turns: readonly Turn[], model: TopicModel | null): number[] => {
  const worths = worthsOf(turns, model);
  // By the number of turns: the worth of the best way to cut so many, and where its last episode begins.
  const best: { worth: number; from: number }[] = [{ worth: 0, from: 0 }];
  for (let end = 1; end <= turns.length; end += 1) {
    let [found, tokens] = [{ worth: Number.NEGATIVE_INFINITY, from: end - 1 }, 0];
    for (let from = end - 1; from >= Math.max(0, end - MOST_TURNS); from -= 1) {
      tokens += (turns[from] as Turn).tokens;
      if (tokens > MOST_TOKENS && from < end - 1) break;
      const lacking = end === turns.length ? 0 : Math.max(0, LEAST_TURNS - (end - from));
      const border = from === 0 ? 0 : (worths[from - 1] as number) - COST;
      const worth = (best[from] as { worth: number }).worth + border - TOO_SHORT * lacking;
      if (worth > found.worth) found = { worth, from };
    }
    best.push(found);
  }
  const beginnings: number[] = [];
  for (let end = turns.length; end > 0; end = (best[end] as { from: number }).from) {
    beginnings.push((best[end] as { from: number }).from);
  }
  return beginnings.reverse();
};
