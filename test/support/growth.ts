/** Runs of which the quickest counts: what else the machine does only ever adds. */
const RUNS = 3;
/** Below this a time is rounding. */
const LEAST_MICROS = 4_000;

const quickestOf = async (work: () => unknown): Promise<number> => {
  const times = [];
  for (let run = 0; run < RUNS; run += 1) {
    const before = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(before);
    times.push(user + system);
  }
  return Math.max(LEAST_MICROS, Math.min(...times));
};

/**
 * How many times the processor time of some work grows when its text is four times as long: about four when it is linear,
 * sixteen when it grows with the square; about one when it is quick whatever the length.
 */
const growthOf = async (
  work: (text: string) => unknown,
  text: (characters: number) => string,
  characters: number,
): Promise<number> => {
  const [short, long] = [text(characters), text(4 * characters)];
  return (await quickestOf(() => work(long))) / (await quickestOf(() => work(short)));
};

/** Between linear and quadratic. */
const MOST_GROWTH = 9;
/** What is linear may look otherwise on a busy machine, but not again and again; what is quadratic always does. */
const TRIES = 4;

/** A text of any length, by name. */
type Growing = readonly [name: string, text: (characters: number) => string];

/** How often it grew by more than what is linear does, or null when it did not once. */
const slowness = async (work: (text: string) => unknown, text: Growing[1], characters: number) => {
  const growths = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const growth = await growthOf(work, text, characters);
    if (growth <= MOST_GROWTH) return null;
    growths.push(growth.toFixed(1));
  }
  return growths.join(', ');
};

/** The texts that some work on this thread takes more than linear time for, of `characters` and four times as many. */
export const slowTextsOf = async (
  work: (text: string) => unknown,
  characters: number,
  texts: readonly Growing[] = PATHOLOGICAL,
): Promise<string[]> => {
  const slow: string[] = [];
  for (const [name, text] of texts) {
    const growths = await slowness(work, text, characters);
    if (growths !== null) slow.push(`${name}: ${growths}`);
  }
  return slow;
};

export const repeated = (unit: string) => (characters: number) => unit.repeat(Math.ceil(characters / unit.length));

/** Texts of any length that are made to be slow to read. */
export const PATHOLOGICAL: readonly Growing[] = [
  ...[
    ' ',
    '\t',
    '\n',
    '\r\n',
    ' \n',
    '\u2028',
    '\u00a0',
    '\u0085',
    '\n\n  a year ',
    '1   year   ',
    '12 ago ',
    'hour 1 ',
    'last ',
    'the spring of ',
    'what ',
    'zwischen dem 3. und ',
    'de la ',
    'hace dos ',
    'há 2 ',
    'с 3 по ',
    'w ubiegły ',
    'قبل ',
    'पिछले ',
    'ตั้งแต่เดือน',
    'từ tháng ',
    '3월부터 ',
    '去年的',
    '先週の',
    '1. 2. 3 ',
    'vor ',
    "eve's helper's ",
    'Eve ',
    "'s ",
    '’',
    'user: ',
    'user:\n',
    '\\n',
    'A',
    'A.',
    'Ab ',
    'a',
    'a.',
    'a?',
    '? ',
    '!',
    '"',
    '(',
    '[7] ',
    '[',
    '{',
    '- ',
    '|',
    '1',
    '1.',
    '1,',
    '١',
    'é',
    'e\u0301',
    '\u0301',
    '\u3099',
    '中',
    '中。',
    'あ',
    'ア',
    '가',
    'ก',
    'เ',
    'က',
    'ក',
    'ລ',
    'ب ',
    'क्',
    'ﷺ',
    '😀',
    '👩‍',
    '\u200d',
    '\u200b',
    '\u202e',
    '\ud800',
    '\udc00',
    '\0',
    `${'x'.repeat(999)} `,
    `${' '.repeat(999)}x`,
    'I do not know. ',
    "I don't ",
  ].map((unit) => [`${JSON.stringify(unit.slice(0, 16))} again and again`, repeated(unit)] as const),
  ['many short lines', repeated('12:00:01 INFO worker started\n')],
  ['one word and blanks', (characters) => `word${' '.repeat(characters)}`],
  ['blanks between two words', (characters) => `word${' '.repeat(characters)}word`],
  ['letters without a vowel', repeated('bcdfg')],
];
