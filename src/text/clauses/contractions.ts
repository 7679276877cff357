/** What contracted forms and their careless spellings stand for. Keys in lower case, with a straight apostrophe or none. */
const PLAIN: Readonly<Record<string, string>> = {
  "i'm": 'I am',
  im: 'I am',
  "i've": 'I have',
  ive: 'I have',
  "i'll": 'I will',
  "i'd": 'I would',
  "i'd've": 'I would have',
  "you're": 'you are',
  youre: 'you are',
  "you've": 'you have',
  "you'll": 'you will',
  "you'd": 'you would',
  "we're": 'we are',
  "we've": 'we have',
  weve: 'we have',
  "we'll": 'we will',
  "we'd": 'we would',
  "they're": 'they are',
  theyre: 'they are',
  "they've": 'they have',
  "they'll": 'they will',
  "they'd": 'they would',
  "he'll": 'he will',
  "she'll": 'she will',
  "it'll": 'it will',
  "that'll": 'that will',
  "it'd": 'it would',
  "he'd": 'he would',
  "she'd": 'she would',
  "can't": 'can not',
  cant: 'can not',
  cannot: 'can not',
  "won't": 'will not',
  wont: 'will not',
  "shan't": 'shall not',
  "ain't": 'is not',
  hes: 'he is',
  shes: 'she is',
  thats: 'that is',
  theres: 'there is',
  whats: 'what is',
  wheres: 'where is',
  theyve: 'they have',
  youve: 'you have',
  youll: 'you will',
  arent: 'are not',
  werent: 'were not',
  wouldnt: 'would not',
  shouldnt: 'should not',
  hadnt: 'had not',
  dont: 'do not',
  doesnt: 'does not',
  didnt: 'did not',
  isnt: 'is not',
  wasnt: 'was not',
  havent: 'have not',
  hasnt: 'has not',
  couldnt: 'could not',
  kinda: '',
  sorta: '',
  gonna: 'going to',
  wanna: 'want to',
  gotta: 'have to',
  tryna: 'trying to',
  lemme: 'let me',
  "'cause": 'because',
  cuz: 'because',
  coz: 'because',
  "y'all": 'you all',
  "let's": 'let us',
};

/** Words whose `'s` is "is" or "has", and never a genitive. */
const SUBJECTS: ReadonlySet<string> = new Set(
  'he she it that this there here what who where when how everything everyone everybody something someone nothing'.split(
    ' ',
  ),
);
/** Behind these words `'s` is "has" and `'d` is "had". */
const PERFECT =
  /^\s+(?:(?:just|already|also|always|never|recently|not|really|long|only)\s+)?(?:been|got|gotten|had|gone|done|become|made|taken|seen|started|changed|moved|come|given|grown|helped|known|left|lost|met|written|bought|found|told|taught|finished|worked|lived)\b/i;
/** Behind a noun with `'s`, these tell that it is "is" and no genitive: "my dog's called Rex". */
const COPULA =
  /^ (?:called|named|a|an|the|not|going|getting|coming|always|also|now|still|allergic|really|very|so|in|at|on|from|my|doing|moving|turning|having|because)\b/;
/** "had better" and "had to" are rare behind a contraction, and "would" is right for the rest. */
const LOOK_AHEAD = 40;

const WORD = /'cause\b|[a-z]+(?:'[a-z]+)*/gi;
const APOSTROPHES = /[’‘ʼ`´]/g;

const expanded = (word: string, behind: string): string => {
  const lower = word.toLowerCase();
  const plain = PLAIN[lower];
  if (plain !== undefined) {
    const isHad = lower.endsWith("'d") && PERFECT.test(behind);
    return isHad ? plain.replace('would', 'had') : plain;
  }
  if (lower.endsWith("n't")) return `${word.slice(0, -3)} not`;
  if (lower.endsWith("'s") && COPULA.test(behind)) return `${word.slice(0, -2)} is`;
  if (lower.endsWith("'s") && SUBJECTS.has(lower.slice(0, -2))) {
    return `${word.slice(0, -2)} ${PERFECT.test(behind) ? 'has' : 'is'}`;
  }
  return word;
};

/** Keeps the capital at the beginning of a sentence: "Can't" is "Can not". */
const withCase = (from: string, to: string): string =>
  from.charAt(0) === from.charAt(0).toUpperCase() && /^[a-z]/.test(to) && from.charAt(0) !== "'"
    ? to.charAt(0).toUpperCase() + to.slice(1)
    : to;

/**
 * A text with its contractions written in full, and with straight apostrophes.
 * @example expandContractions("I'm gonna move, it's time"); // 'I am going to move, it is time'
 */
export const expandContractions = (text: string): string => {
  const straight = text.replaceAll(APOSTROPHES, "'");
  return straight
    .replaceAll(WORD, (word, place: number) =>
      withCase(word, expanded(word, straight.slice(place + word.length, place + word.length + LOOK_AHEAD))),
    )
    .replaceAll(/\b(I|you|we|they) have have to\b/g, '$1 have to');
};
