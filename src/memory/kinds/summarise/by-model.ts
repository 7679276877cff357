import { z } from 'zod';
import type { WorkMessage } from '../../../contract/work.ts';
import { AGENT_MARK, USER_MARK } from '../../../text/account-marks.ts';
import { answersNothing } from '../../../text/non-answer.ts';
import { oneLine } from '../../../text/one-line.ts';
import { withoutRecalled } from '../../../text/recalled.ts';
import type { LanguageModel } from '../../language-model.ts';
import { asTitle, type Description } from './episode.ts';
import instructions from './prompt.md' with { type: 'text' };
import { speakerOf } from './speakers.ts';

/** Characters of a longer message that the model reads. */
const MOST_CHARACTERS = 4_000;
const MOST_SUMMARY_CHARACTERS = 1_000;
const OUTPUT_TOKENS = 600;

const Told = z.object({ title: z.string(), summary: z.string() });

/** What the model reads and writes in place of the marks, which no endpoint can be trusted to give back. */
const SPOKEN = new Map([
  [USER_MARK, '{{user}}'],
  [AGENT_MARK, '{{assistant}}'],
]);

const lineOf = (message: WorkMessage, speaker: string): string => {
  const day = new Date(message.createdAt).toISOString().slice(0, 10);
  const said = withoutRecalled(message.content).slice(0, MOST_CHARACTERS);
  return `${day}, ${SPOKEN.get(speaker) ?? JSON.stringify(speaker)}: ${JSON.stringify(said)}`;
};

/** A text of the model as it is kept: in one line, with marks for the names of accounts. */
const keptOf = (text: string): string =>
  [...SPOKEN].reduce((kept, [mark, spoken]) => kept.replaceAll(spoken, mark), oneLine(text, MOST_SUMMARY_CHARACTERS));

/**
 * Title and summary of an episode by a language model; null when it cannot be asked or says nothing, so that those of the rules have to
 * do. Nothing that a program found, nor memory that this server handed out, goes to it.
 */
export const summariseByModel = async (
  model: LanguageModel,
  messages: readonly WorkMessage[],
): Promise<Pick<Description, 'title' | 'summary'> | null> => {
  const lines = messages.flatMap((message) => {
    const speaker = speakerOf(message);
    return speaker === null || answersNothing(message.content) ? [] : [lineOf(message, speaker)];
  });
  if (lines.length === 0) return null;
  const told = await model.ask({
    name: 'episode',
    instructions,
    prompt: lines.join('\n'),
    schema: Told,
    maxOutputTokens: OUTPUT_TOKENS,
  });
  if (told === null) return null;
  const [title, summary] = [asTitle(keptOf(told.title)), keptOf(told.summary)];
  return title === '' || summary === '' ? null : { title, summary };
};
