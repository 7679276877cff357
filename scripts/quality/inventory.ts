import { basename } from 'node:path';
import type { Conversation } from './conversation.ts';
import { byKind } from './conversations.ts';

/** What the conversations of each of the project's own files are like. */
const KINDS: Readonly<Record<string, string>> = {
  arabic: 'a person with an assistant, in Egyptian and standard Arabic',
  assistant: 'a person asks an assistant, which answers at length with lists, code, recipes and plans',
  chinese: 'a person with an assistant, in Chinese',
  crossed: 'conversations of other files asked in another language, and a memory in five languages',
  french: 'two friends, in French',
  friends: 'two friends chat in short turns over a year or more',
  german: 'two friends, in German',
  hindi: 'a person with an assistant, in Hindi',
  japanese: 'two friends, in Japanese',
  korean: 'a person with an assistant, in Korean',
  meetings: 'five and more people plan something together, in a work chat and in meetings',
  notes: 'short notes of one person, some contradicted later, without replies',
  preferences: 'help with code, translations and homework, in which likes and instructions are told once',
  projects: 'many short sessions in which a person works on several things in turn with an assistant',
  replies:
    'earlier askings, "you have not told me" and echoes around what answers; long replies, logs, tables and code',
  russian: 'a person with an assistant, in Russian',
  spanish: 'a person with an assistant, in Spanish',
  updates: 'a year with an assistant in which homes, jobs, prices, doses, numbers and plans change',
};

/** What the questions of each category ask for. */
const CATEGORIES: Readonly<Record<string, string>> = {
  single: 'a fact that one or two turns state',
  paraphrase: 'the same, in words that the evidence hardly shares',
  update: 'what holds now; older turns say otherwise',
  former: 'what held earlier, before it changed',
  unchanged: 'what never changed, amid what did',
  temporal: 'when something was; often to be reckoned from the date of a session',
  multi_hop: 'an answer from two or more turns',
  list: 'several things, each named in a turn of its own',
  preference: 'a wish that a like, a dislike, an allergy or a value bears on, which the wish does not name',
  instruction: 'a wish that a standing instruction bears on',
  resume: 'the first message of a new session, and what must be known to answer it',
  decision: 'what was decided',
  promise: 'who promised what, or by when',
  non_answers: 'what was asked in vain before it was told',
  long_reply: 'one thing out of a long text, most often of the assistant',
  code: 'something in code, a log or a table, or by its identifier',
  numbers: 'something by a number that is written in another way',
  names: 'something that is called by common words',
  typos: 'the question has errors of typing',
  asked_in_english: 'an English question of a memory in another language',
  asked_of_english: 'a Russian, German, Chinese or Spanish question of an English memory',
  mixed: 'a question of a memory in five languages, in any of them',
  abstention: 'something that was never said, or a wish that nothing bears on; there is no evidence',
};

const table = (head: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [head, head.map((_, i) => (i < 2 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The entries of a description in its order, each with what there is of it; an error when something is not described. */
const described = <T>(what: string, entries: Readonly<Record<string, string>>, found: ReadonlyMap<string, T>) => {
  const unknown = [...found.keys()].find((name) => !Object.hasOwn(entries, name));
  if (unknown !== undefined)
    throw new Error(`${basename(import.meta.path)} does not describe the ${what} "${unknown}".`);
  return Object.entries(entries).map(([name, text]) => {
    const some = found.get(name);
    if (some === undefined)
      throw new Error(`${basename(import.meta.path)} describes the ${what} "${name}", of which there is none.`);
    return { name, text, some };
  });
};

/**
 * Tables of files and of categories with their counts, in Markdown. Errors: one that names the kind or category that is not
 * described here.
 */
export const inventoryTables = (conversations: readonly Conversation[]): string => {
  const files = described('kind', KINDS, byKind(conversations)).map(({ name, text, some }) => {
    const questions = some.flatMap((conversation) => conversation.questions);
    const turns = some.flatMap(({ sessions }) => sessions.flatMap((session) => session.turns));
    return [`\`${name}.json\``, text, some.length, turns.length, questions.length];
  });
  const questions = Map.groupBy(
    conversations.flatMap((conversation) => conversation.questions),
    ({ category }) => category,
  );
  const categories = described('category', CATEGORIES, questions).map(({ name, text, some }) => [
    `\`${name}\``,
    text,
    some.length,
  ]);
  return [
    table(['file', 'what it holds', 'conversations', 'turns', 'questions'], files),
    table(['category', 'what is asked', 'questions'], categories),
  ].join('\n\n');
};
