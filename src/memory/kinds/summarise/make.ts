import type { EpisodeBefore } from '../../../contract/episodes.ts';
import type { SequenceRange } from '../../../contract/outbox.ts';
import type { WorkMessage } from '../../../contract/work.ts';
import { withoutNames } from '../../../text/account-marks.ts';
import { estimateTokens } from '../index/chunker.ts';
import type { DraftHeader, MakeContext, TaskRequest } from '../kind.ts';
import { beginningsOf } from './borders.ts';
import { summariseByModel } from './by-model.ts';
import { type Description, describeEpisode } from './episode.ts';
import { speakerOf } from './speakers.ts';

/** An episode without its id. */
export interface EpisodeDraft extends Description, SequenceRange {
  readonly vector: Float32Array | null;
}

/** The result of a Worker for a `summarise` task: with vectors only when they come from the static model. */
export interface SummariseDraft extends DraftHeader {
  readonly kind: 'summarise';
  /** The fingerprint of the model that made the vectors; null when there are none. */
  readonly model: string | null;
  readonly before: EpisodeBefore | null;
  readonly episodes: readonly EpisodeDraft[];
}

/** What an episode is embedded by. */
export const textOf = ({ title, summary }: Pick<Description, 'title' | 'summary'>): string =>
  withoutNames(summary === '' ? title : `${title}\n${summary}`);

/** Messages between two signs of life. */
const BETWEEN_BEATS = 100;

/** Cuts messages into the parts that begin at some places, each with its range; together they cover the whole range. */
const partsOf = (messages: readonly WorkMessage[], beginnings: readonly number[], range: SequenceRange) =>
  beginnings.map((from, i) => {
    const end = beginnings[i + 1] ?? messages.length;
    return {
      messages: messages.slice(from, end),
      firstSequence: i === 0 ? range.firstSequence : (messages[from] as WorkMessage).sequence,
      lastSequence: end === messages.length ? range.lastSequence : (messages[end] as WorkMessage).sequence - 1,
    };
  });

/**
 * Cuts a range of a session into episodes. It goes on with the episode before the range, which may grow or be cut: of a
 * session no more is read than the range and one episode.
 */
export const makeSummarise = async (
  { task, isOn }: TaskRequest,
  { work, embedder, meaning, tagger, llm, beat }: MakeContext,
): Promise<SummariseDraft> => {
  const { messages, version } = await work.read(task);
  const header = {
    kind: 'summarise',
    version,
    rounds: new Set(messages.map(({ round }) => round)).size,
    model: embedder?.model.fingerprint ?? null,
  } as const;
  const before = await work.episodeBefore(task);
  beat();
  if (!isOn || messages.length === 0) return { ...header, before, episodes: [] };
  const { tenantKey, userKey, sessionKey, firstSequence, lastSequence } = task;
  const reread = before && { ...before, lastSequence: Math.min(before.lastSequence, firstSequence - 1) };
  const earlier = reread ? (await work.read({ ...reread, tenantKey, userKey, sessionKey })).messages : [];
  const all = [...earlier, ...messages];
  const turns = all.map((message) => ({
    speaker: speakerOf(message) ?? '',
    text: speakerOf(message) === null ? '' : message.content,
    tokens: estimateTokens(message.content),
    createdAt: message.createdAt,
  }));
  const beginnings = beginningsOf(turns, meaning);
  const reader = (await tagger?.()) ?? null;
  beat();
  const range = { firstSequence: before?.firstSequence ?? firstSequence, lastSequence };
  const episodes: EpisodeDraft[] = [];
  let unbeaten = 0;
  for (const { messages: part, ...place } of partsOf(all, beginnings, range)) {
    const told = llm ? await summariseByModel(llm, part) : null;
    const described = { ...describeEpisode(part, reader), ...told };
    const [vector = null] = embedder ? await embedder.embed([textOf(described)]) : [];
    episodes.push({ ...described, ...place, vector });
    unbeaten += part.length;
    if (unbeaten < BETWEEN_BEATS) continue;
    beat();
    unbeaten = 0;
  }
  return { ...header, before, episodes };
};
