import { z } from 'zod';
import { type ReadConversation, TURN_MS, type Turn } from './conversation.ts';

const locomoTurns = z.array(
  z.object({ dia_id: z.string(), speaker: z.string(), text: z.string(), blip_caption: z.string().nullish() }),
);

/** A file of LoCoMo, one conversation. Its sessions are `session_1`, `session_2` and so on, each with its `session_1_date_time`. */
export const locomoFile = z.looseObject({
  speaker_a: z.string(),
  qa: z.array(z.object({ question: z.string(), category: z.number(), evidence: z.array(z.string()).optional() })),
});

/** What a large model noted of each speaker, with the turns. */
const observations = z.record(z.string(), z.array(z.tuple([z.string(), z.union([z.string(), z.array(z.string())])])));

/** Of "1:56 pm on 8 May, 2023", in epoch milliseconds; NaN of anything else. */
const parseLocomoDate = (text: string): number => {
  const parts = /(\d+):(\d+) (am|pm) on (\d+) (\w+),? (\d+)/.exec(text);
  if (!parts) return Number.NaN;
  const [, hour, minute, half, day, month, year] = parts;
  const hours = (Number(hour) % 12) + (half === 'pm' ? 12 : 0);
  return Date.parse(`${day} ${month} ${year} ${String(hours).padStart(2, '0')}:${minute}:00 UTC`);
};

/** Category 5 asks for what nobody said, and names turns that only look like it. */
const ADVERSARIAL = 5;

/** The conversation of a file of LoCoMo, without the questions that have no evidence. */
export const readLocomo = (id: string, file: z.output<typeof locomoFile>): ReadConversation => {
  const sessions = Object.keys(file)
    .filter((key) => /^session_\d+$/.test(key) && Array.isArray(file[key]))
    .sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
    .map((key) => {
      const start = parseLocomoDate(String(file[`${key}_date_time`]));
      const turns = locomoTurns.parse(file[key]).map(
        ({ dia_id, speaker, text, blip_caption }, i): Turn => ({
          id: dia_id,
          role: speaker === file.speaker_a ? 'user' : 'assistant',
          name: speaker,
          text: blip_caption ? `${text} ${blip_caption}` : text,
          at: start + i * TURN_MS,
        }),
      );
      const summary = file[`${key}_summary`];
      return { id: key, turns, ...(typeof summary === 'string' && { summary }) };
    });
  const facts = Object.keys(file)
    .filter((key) => /^session_\d+_observation$/.test(key))
    .flatMap((key) => Object.values(observations.parse(file[key])).flat())
    .map(([text, turns]) => ({ text, turns: [turns].flat().flatMap((turn) => turn.match(/D\d+:\d+/g) ?? []) }));
  const ids = new Set(sessions.flatMap(({ turns }) => turns.map((turn) => turn.id)));
  const questions = file.qa
    .filter(({ category }) => category !== ADVERSARIAL)
    .map(({ question, category, evidence }) => {
      const named = (evidence ?? []).flatMap((text) => text.match(/D\d+:\d+/g) ?? []);
      return {
        text: question,
        category: String(category),
        evidence: [...new Set(named)].filter((turn) => ids.has(turn)),
        stale: [],
        answerable: true,
        asOf: null,
        cut: false,
      };
    })
    .filter(({ evidence }) => evidence.length > 0);
  return { id, kind: 'locomo', sessions, questions, facts };
};
