import { COURTESIES, isCourtesy, plainWords } from './courtesies.ts';

/** Turns that only ask are short; a longer one tells something as well. */
const MOST_CHARACTERS = 300;

const SENTENCE = /[^.!?…。！？؟।\n]+[.!?…。！？؟।]*/gu;
const ASKS = /[?？؟]/u;
const ENDS = /[.!…。！।]$/u;
/** A question without a mark is no longer than that. */
const MOST_WORDS = 12;

/** How questions begin, or what they hold where words are not parted, when nobody writes the mark. */
const BEGINS =
  /^(?:what|whats|who|whos|whom|whose|where|wheres|when|whens|why|how|which|do you|did i|have i|wie|was|wer|wo|wann|warum|welche[rsn]?|weißt du|wissen sie|comment|quel(?:le)?s?|où|quand|qui|pourquoi|qué|quién|dónde|cuándo|cómo|cuál|как|что|кто|где|когда|почему|какой|какая|какое|какие|(?:ты |вы )?(?:знаешь|знаете|помнишь|помните)(?: ли)?|ما هو|ما هي|ما اسم|من هو|أين|متى|هل|كيف)(?: |$)/u;
const HOLDS =
  /[吗呢吧嗎]$|什么|什麼|哪里|哪裡|哪个|哪個|几点|多少|是谁|(?:です|ます|でした|ました)か$|何(?:です|でしょう)|(?:까요|나요|가요|니까|예요|에요|지요|죠|을까)$|뭐|어디|언제|क्या|कौन|कहाँ|कहां|कब|อะไร|ที่ไหน|เมื่อไหร่|เมื่อไร|ใคร|ไหม$|หรือเปล่า$/u;
/** Requests to be told. */
const REQUEST_BEGINS =
  /^(?:(?:can|could|will|would) you (?:please )?)?(?:tell me|remind me|sag mir|erinnere mich|rappelle moi|dis moi|recuérdame|dime|напомни|скажи|ذكرني)(?: |$)/u;
const REQUEST_HOLDS = /提醒我|教えて(?:ください)?。?$|알려 ?줘|याद दिला/u;
/** A turn that ends otherwise than with a question holds this, or asks for nothing; most are read no further. */
const MAY_REQUEST =
  /\b(?:tell|remind|sag|erinnere|rappelle|dis|recuérdame|dime)\b|напомни|скажи|ذكرني|提醒我|教えて|알려|याद दिला/iu;
const PAUSES = [',', ';', ':', '，', '、', '،'];

/** What is said behind the courtesies at the beginning. */
const saidOf = (words: readonly string[]): string => {
  const first = words.findIndex((word) => !COURTESIES.has(word));
  return words.slice(first < 0 ? words.length : first).join(' ');
};

/** Whether nothing is told before what is asked, as in "My rent rose to 900, how do I budget?" */
const tellsNothing = (sentence: string): boolean => {
  const end = Math.max(...PAUSES.map((mark) => sentence.lastIndexOf(mark)));
  if (end < 0) return true;
  const before = plainWords(sentence.slice(0, end));
  const said = saidOf(before);
  return isCourtesy(before) || BEGINS.test(said) || REQUEST_BEGINS.test(said);
};

const isAsking = (sentence: string): boolean => {
  const words = plainWords(sentence);
  const said = saidOf(words);
  if (ASKS.test(sentence) || REQUEST_BEGINS.test(said) || REQUEST_HOLDS.test(sentence)) return tellsNothing(sentence);
  if (ENDS.test(sentence) || words.length > MOST_WORDS) return false;
  return BEGINS.test(said) || HOLDS.test(sentence);
};

/** Whether a turn only asks: each of its sentences is a question, or a request to be told, and tells nothing before it. */
export const onlyAsks = (text: string): boolean => {
  if (text.length > MOST_CHARACTERS) return false;
  if (ENDS.test(text) && !ASKS.test(text) && !MAY_REQUEST.test(text)) return false;
  let asks = false;
  for (const [sentence] of text.matchAll(SENTENCE)) {
    const said = sentence.trim();
    if (isAsking(said)) asks = true;
    else if (!isCourtesy(plainWords(said))) return false;
  }
  return asks;
};
