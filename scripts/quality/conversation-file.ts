import { basename } from 'node:path';
import { z } from 'zod';
import { type Conversation, TURN_MS, type Turn } from './conversation.ts';

/** What a reader makes of one file. */
type Read = Omit<Conversation, 'usualSpeakers'>;

const ownFile = z.object({
  name: z.string(),
  kind: z.enum(['friends', 'assistant']),
  sessions: z.array(
    z.object({
      id: z.string(),
      date: z.string(),
      turns: z.array(
        z.object({ id: z.string(), role: z.enum(['user', 'assistant']), speaker: z.string(), text: z.string() }),
      ),
    }),
  ),
  questions: z.array(z.object({ question: z.string(), category: z.string(), evidence: z.array(z.string()) })),
});

const readOwn = ({ name, kind, sessions, questions }: z.output<typeof ownFile>): Read => ({
  name,
  kind,
  sessions: sessions.map(({ id, date, turns }) => ({
    id,
    turns: turns.map((turn, i) => ({
      id: turn.id,
      role: turn.role,
      name: turn.speaker.toLowerCase() === turn.role ? null : turn.speaker,
      text: turn.text,
      at: Date.parse(date) + i * TURN_MS,
    })),
  })),
  questions: questions.map(({ question, category, evidence }) => ({ text: question, category, evidence })),
});

const locomoTurns = z.array(
  z.object({ dia_id: z.string(), speaker: z.string(), text: z.string(), blip_caption: z.string().nullish() }),
);
/** Its sessions are `session_1`, `session_2` and so on, each with its `session_1_date_time`. */
const locomoFile = z.looseObject({
  speaker_a: z.string(),
  qa: z.array(z.object({ question: z.string(), category: z.number(), evidence: z.array(z.string()).optional() })),
});

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

const readLocomo = (name: string, file: z.output<typeof locomoFile>): Read => {
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
      return { id: key, turns };
    });
  const ids = new Set(sessions.flatMap(({ turns }) => turns.map(({ id }) => id)));
  const questions = file.qa
    .filter(({ category }) => category !== ADVERSARIAL)
    .map(({ question, category, evidence }) => {
      const named = (evidence ?? []).flatMap((text) => text.match(/D\d+:\d+/g) ?? []);
      return {
        text: question,
        category: String(category),
        evidence: [...new Set(named)].filter((id) => ids.has(id)),
      };
    })
    .filter(({ evidence }) => evidence.length > 0);
  return { name, kind: 'friends', sessions, questions };
};

const parsed = (name: string, text: string): Read => {
  const content: unknown = JSON.parse(text);
  const isLocomo = typeof content === 'object' && content !== null && 'qa' in content;
  return isLocomo ? readLocomo(name, locomoFile.parse(content)) : readOwn(ownFile.parse(content));
};

/** What a file says, in the project's own format or LoCoMo's. Errors: one whose message tells what is wrong with it. */
export const readConversationFile = (file: string, text: string): Read => {
  try {
    const read = parsed(basename(file, '.json'), text);
    const turns = read.sessions.flatMap((session) => session.turns);
    if (turns.length === 0) throw new Error('nobody says anything in it');
    if (turns.some(({ at }) => Number.isNaN(at))) throw new Error('the date of a session is none');
    return read;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const { path = [], message = '' } = error.issues[0] ?? {};
    throw new Error(path.length > 0 ? `${path.join('.')}: ${message}` : message, { cause: error });
  }
};
