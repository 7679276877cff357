/** What of a conversation is asked for by its place in time, and by no topic. */
export type WholeAsked = 'first' | 'last' | 'all' | 'span';

/** A question of this kind, and whether it is about what the user said alone. */
export interface WholeQuestion {
  readonly asked: WholeAsked;
  readonly isOwn: boolean;
}

/** Courtesies around a question. */
const AROUND =
  /^(?:hey|hi|hello|ok(?:ay)?|so|well|please|now|bitte|por favor|пожалуйста|请|請)[,!.]? |,? (?:please|bitte|por favor|s['’]il (?:te|vous) pla[iî]t|пожалуйста)$/giu;
const ENDS = /[\s?!.。？！…¿¡؟"“”«»]/u;

/** Each with the whole of a question, so that one with a topic is none. */
const ALL = [
  /^what (?:do you|can you|have you) (?:know|remember|recall|learned|learnt|tell me)(?: so far)? about me(?: so far)?$/u,
  /^what do you (?:know|remember)(?: so far)?$/u,
  /^(?:can you )?tell me (?:everything|all)(?: that)? you (?:know|remember)(?: about (?:me|us))?$/u,
  /^(?:can you |could you )?(?:summari[sz]e|recap|sum up)(?: (?:all of )?(?:our|this|the|everything|what we))?(?: (?:whole |entire |last )?(?:conversations?|chats?|talks?|discussions?|talked about|said|discussed|history))?(?: so far)?$/u,
  /^what (?:have we|did we) (?:been up to|been talking about|talked about|discussed|talk about|discuss|chat about)(?: so far| lately)?$/u,
  /^who am i(?: to you)?$/u,
  /^was (?:weißt|weisst) du (?:alles )?(?:über|von) mir$|^(?:erzähl|sag) mir alles,? (?:was du (?:über mich )?weißt|über mich)$|^was weißt du (?:alles )?über mich$|^fass(?:e)? (?:unser|das|dieses) (?:gespräch|gespräche) zusammen$|^(?:worüber|über was) haben wir (?:bisher |alles )?(?:gesprochen|geredet)$/u,
  /^que (?:sais-tu|savez-vous) (?:de|sur) moi$|^qu['’]est-ce que tu sais (?:de|sur) moi$|^dis-moi tout ce que tu sais(?: (?:de|sur) moi)?$|^résume (?:notre|nos|la) conversations?$|^de quoi avons-nous parlé(?: jusqu['’]ici)?$/u,
  /^(?:qué|que) sabes (?:de|sobre) mí$|^dime todo lo que (?:sabes|recuerdas)(?: (?:de|sobre) mí)?$|^resume (?:nuestra|la) conversación$|^de qué hemos hablado(?: hasta ahora)?$/u,
  /^что ты (?:обо мне )?(?:знаешь|помнишь)(?: обо мне)?$|^расскажи (?:мне )?вс[её],? что (?:ты )?(?:обо мне )?(?:знаешь|помнишь)(?: обо мне)?$|^подведи итог(?:и)? (?:нашего разговора|нашей беседы)$|^о ч[её]м мы (?:говорили|разговаривали|беседовали)$/u,
  /^你(?:都)?(?:知道|记得|記得|了解)(?:关于)?我(?:的)?(?:什么|哪些事|些什么|多少)$|^你对我(?:了解|知道)(?:多少|什么|些什么)$|^(?:请)?(?:总结|概括)(?:一下)?我们的(?:对话|谈话|聊天)$|^我们(?:都)?(?:聊|谈|说)(?:过|了)(?:些)?什么$|^告诉我你(?:知道|记得)的一切$/u,
  /^(?:私|僕|俺)(?:について|のこと(?:で|を)?|に関して)(?:何を?|なにを?|どんなことを)?(?:知って|覚えて)(?:いますか|る|いる|いるの|ますか|るの)$|^(?:これまでの|私たちの)?(?:会話|話)を(?:要約|まとめ)(?:して|て)(?:ください|くれ|くれる)?$|^(?:私たち|今まで)は?(?:何|なに)(?:を|について)話し(?:ました|た)か?$/u,
];
const LAST = [
  /^what (?:did|have) (?:i|we|you) (?:just |last )?(?:say|said|talk about|talked about|discuss|mention|tell you|write|ask)(?: you)? (?:last|most recently|just now|the last time|last time)$/u,
  /^what (?:did|have) (?:i|we|you) (?:just|last) (?:say|said|talk about|talked about|discuss|mention|tell you|write|ask)$/u,
  /^what (?:was|is|were) (?:the |my |our )?(?:last|latest|most recent) (?:thing|message|topic|things|messages|conversation|chat)(?: that)?(?: (?:i|we|you) (?:said|told you|wrote|talked about|discussed|mentioned|sent))?$/u,
  /^where (?:did we|were we) (?:leave off|stop|left off|last time)$/u,
  /^was habe? (?:ich|wir) (?:zuletzt|als letztes|gerade) (?:gesagt|geschrieben|besprochen)$|^worüber haben wir zuletzt (?:gesprochen|geredet)$|^was war meine letzte nachricht$/u,
  /^qu['’]est-ce que j['’]ai dit en dernier$|^qu['’]ai-je dit en dernier$|^de quoi avons-nous parlé (?:en dernier|la dernière fois)$|^quel (?:était|est) mon dernier message$/u,
  /^(?:qué|que) (?:fue lo último que dije|dije (?:por último|al final))$|^cuál fue mi último mensaje$|^de qué hablamos (?:por última vez|la última vez)$/u,
  /^что я (?:сказал|сказала|говорил|говорила|писал|писала) (?:в последний раз|последним|только что)$|^о ч[её]м мы (?:говорили|разговаривали) в последний раз$|^что я только что (?:сказал|сказала)$/u,
  /^我(?:最后|刚才|刚刚|上次)(?:说|讲|提)(?:了|过)?(?:些)?什么$|^我们(?:最后|上次|刚才)(?:聊|谈|说)(?:了|过|到)?(?:些)?什么$/u,
  /^(?:私|僕|俺)?は?(?:最後に|さっき|前回)(?:私は|僕は)?(?:何|なに)(?:を|と)(?:言い|話し|言っ)(?:ました|た|ったっけ)か?$|^(?:私たちは)?(?:最後に|前回)(?:何|なに)について話し(?:ました|た)か?$/u,
];
const FIRST = [
  /^what (?:did|was it that) (?:i|we|you) (?:first|initially|originally) (?:say|said|talk about|talked about|discuss|discussed|mention|tell you|write|ask(?: you)?)$/u,
  /^what (?:did|have) (?:i|we|you) (?:say|said|talk about|talked about|discuss|mention|tell you|write|ask you) (?:first|at first|at the (?:very )?beginning|the first time|in the beginning)$/u,
  /^what (?:was|is|were) (?:the |my |our )?(?:very )?first (?:thing|message|topic|things|messages|conversation|chat)(?: that)?(?: (?:i|we|you) (?:(?:ever )?said|(?:ever )?told you|wrote|(?:ever )?talked about|(?:ever )?discussed|mentioned|sent))?$/u,
  /^how did (?:we|our conversation|this conversation) (?:start|begin)$/u,
  /^(?:worüber|über was) haben wir (?:zuerst|als erstes|am anfang) (?:gesprochen|geredet)$|^was habe? (?:ich|wir) (?:zuerst|als erstes|am anfang) (?:gesagt|geschrieben|besprochen)$|^was war meine erste nachricht$/u,
  /^de quoi avons-nous parlé (?:en premier|au début|d['’]abord)$|^qu['’]ai-je dit en premier$|^quel (?:était|est) mon premier message$/u,
  /^de qué hablamos (?:primero|al principio|por primera vez)$|^(?:qué|que) (?:fue lo primero que dije|dije primero)$|^cuál fue mi primer mensaje$/u,
  /^о ч[её]м мы (?:говорили|разговаривали) (?:сначала|в первый раз|в начале|впервые)$|^что я (?:сказал|сказала) (?:сначала|первым|в начале)$|^с чего мы начали$/u,
  /^我们(?:最初|最开始|一开始|第一次)(?:聊|谈|说)(?:了|的是|过)?(?:些)?什么$|^我(?:最初|一开始|第一次)(?:说|讲)(?:了|的是)?(?:些)?什么$/u,
  /^(?:私たちは?)?(?:最初に|初めに|はじめに)(?:何|なに)(?:を|について)話し(?:ました|た)か?$|^(?:私は)?最初に(?:何|なに)(?:を|と)言い(?:ました|た)か?$/u,
];

/** What was said at some time: the time stands where the dots do, and is all that may stand there. */
const SPANS = [
  /^what (?:did|have) (?:we|i) (?:talk(?:ed)? about|discuss(?:ed)?|chat(?:ted)? about|speak about|say|tell you) (.{3,40})$/u,
  /^what (?:was said|were we talking about) (.{3,40})$/u,
  /^(?:worüber|über was) haben wir (.{3,40}) (?:gesprochen|geredet)$/u,
  /^was haben? (?:ich|wir) (.{3,40}) (?:gesagt|besprochen)$/u,
  /^de quoi avons-nous parlé (.{3,40})$/u,
  /^de qué hablamos (.{3,40})$/u,
  /^о ч[её]м мы (?:говорили|разговаривали) (.{3,40})$/u,
  /^我们(?:在)?(.{2,16}?)(?:聊|谈|说)(?:了|过)?(?:些)?什么$/u,
  /^(.{2,16}?)(?:に|は|には)?(?:何|なに)(?:を|について)話し(?:ました|た)か?$/u,
];
/** Words that no time is without: numbers, days, months, and what stands around them. */
const OF_TIME =
  /^(?:\p{N}{1,4}(?:st|nd|rd|th|er|日|月|年|号)?|on|in|at|the|of|during|back|last|this|past|previous|yesterday|today|day|before|ago|days?|weeks?|weekend|months?|years?|two|three|four|five|six|a|few|earlier|morning|evening|night|afternoon|(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|am|im|vom|vor|letzte[nrs]?|gestern|heute|vorgestern|tagen?|wochen?|woche|monat(?:en)?|jahr|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|januar|februar|märz|mai|juni|juli|oktober|dezember|le|la|hier|avant-hier|aujourd['’]hui|dernier|dernière|semaine|mois|année|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|el|de|ayer|anteayer|hoy|pasad[oa]|semana|mes|año|lunes|martes|miércoles|jueves|viernes|sábado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|в|на|вчера|позавчера|сегодня|прошл(?:ой|ом|ый|ую)|недел[еюи]|месяце|году|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)$/u;
const TIMES_OF_EAST_ASIA =
  /\p{N}{1,4}[年月日号]|昨天|昨日|今天|今日|前天|一昨日|上周|先週|上个月|先月|上星期[一二三四五六日天]?/gu;

const isTime = (text: string): boolean =>
  /^の?$/u.test(text.replaceAll(TIMES_OF_EAST_ASIA, '')) ||
  (/\p{L}|\p{N}/u.test(text) && text.split(/[\s,.]+/).every((word) => word === '' || OF_TIME.test(word)));

const isOwnSaying = (text: string): boolean =>
  /\bi\b|\bich\b|\bje\b|j['’]|\bdije\b|(?<!\p{L})я(?!\p{L})|^我(?!们)|^(?:私|僕|俺)は/u.test(text);

/** Characters of a longer question are about something. */
const LONGEST = 100;

/**
 * Whether a question asks for a conversation as a whole, or for a time of it, in English, German, French, Spanish, Russian,
 * Chinese or Japanese; null for one with a topic. A `span` is of the times that the question names.
 */
export const wholeAsked = (question: string): WholeQuestion | null => {
  if (question.length > LONGEST) return null;
  let text = question.toLowerCase().normalize('NFC').trim();
  while (text !== '' && ENDS.test(text.at(-1) as string)) text = text.slice(0, -1);
  while (text !== '' && ENDS.test(text.charAt(0))) text = text.slice(1);
  text = text.replaceAll(AROUND, '');
  const isOwn = isOwnSaying(text);
  const is = (patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(text));
  if (is(ALL)) return { asked: 'all', isOwn: true };
  if (is(LAST)) return { asked: 'last', isOwn };
  if (is(FIRST)) return { asked: 'first', isOwn };
  const time = SPANS.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  return time !== undefined && isTime(time) ? { asked: 'span', isOwn } : null;
};
