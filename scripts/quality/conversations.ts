import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One turn of a conversation, as it is posted. */
export interface Turn {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** Sent as the message's `name`; null leaves it to the role. */
  readonly name: string | null;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Question {
  readonly text: string;
  readonly category: string;
  /** Ids of the turns that answer it; none for what the conversation does not hold. */
  readonly evidence: readonly string[];
}

/** A conversation with its questions: one user's memory. */
export interface Conversation {
  readonly name: string;
  readonly kind: 'friends' | 'assistant';
  /** Of the user and the agent as they are created: who speaks when a turn names nobody. */
  readonly usualSpeakers: { readonly user: string; readonly assistant: string };
  readonly sessions: readonly { readonly id: string; readonly turns: readonly Turn[] }[];
  readonly questions: readonly Question[];
}

/** What a reader makes of one file. */
type Read = Omit<Conversation, 'usualSpeakers'>;

/** Between two turns of a session that have one date. */
const TURN_MS = 30_000;

interface OwnFile {
  readonly name: string;
  readonly kind: 'friends' | 'assistant';
  readonly sessions: readonly {
    readonly id: string;
    readonly date: string;
    readonly turns: readonly { id: string; role: 'user' | 'assistant'; speaker: string; text: string }[];
  }[];
  readonly questions: readonly { question: string; category: string; evidence: readonly string[] }[];
}

const readOwn = ({ name, kind, sessions, questions }: OwnFile): Read => ({
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

interface LocomoTurn {
  readonly dia_id: string;
  readonly speaker: string;
  readonly text: string;
  readonly blip_caption?: string;
}
interface LocomoFile {
  readonly speaker_a: string;
  readonly qa: readonly { question: string; category: number; evidence?: readonly string[] }[];
  readonly [session: string]: unknown;
}

/** "1:56 pm on 8 May, 2023" */
const parseLocomoDate = (text: string): number => {
  const [, hour = '0', minute = '0', half = 'am', day = '1', month = '', year = ''] =
    /(\d+):(\d+) (am|pm) on (\d+) (\w+),? (\d+)/.exec(text) ?? [];
  const hours = (Number(hour) % 12) + (half === 'pm' ? 12 : 0);
  return Date.parse(`${day} ${month} ${year} ${String(hours).padStart(2, '0')}:${minute}:00 UTC`);
};

/** Category 5 asks for what nobody said, and names turns that only look like it. */
const ADVERSARIAL = 5;

const readLocomo = (name: string, file: LocomoFile): Read => {
  const sessions = Object.keys(file)
    .filter((key) => /^session_\d+$/.test(key) && Array.isArray(file[key]))
    .sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
    .map((key) => {
      const start = parseLocomoDate(String(file[`${key}_date_time`]));
      const turns = (file[key] as readonly LocomoTurn[]).map(
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

/** The conversations of a folder, in the project's own format or LoCoMo's, in order of their file names. */
const readFolder = (folder: string): Read[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const file = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      return 'qa' in file ? readLocomo(name.replace('.json', ''), file) : readOwn(file);
    });

/** The conversations of folders, by folder. Their users are numbered, since no two of a server may have one name. */
export const readConversations = (...folders: string[]): Conversation[][] => {
  let count = 0;
  return folders.map((folder) =>
    readFolder(folder).map((read) => {
      count += 1;
      return { ...read, usualSpeakers: { user: `user ${count}`, assistant: 'assistant' } };
    }),
  );
};

/** When the questions are asked, in epoch milliseconds: after the last turn. */
export const askedAt = ({ sessions }: Conversation): number =>
  Math.max(...sessions.flatMap(({ turns }) => turns.map(({ at }) => at))) + TURN_MS;

/** The project's own conversations. */
export const OWN_CONVERSATIONS = join(import.meta.dir, '..', '..', 'test', 'quality', 'conversations');
