import { mayTell } from './may-tell.ts';
import { onlyAsks } from './only-asks.ts';

/** What somebody says of their own habits and tastes, outside of questions and conditions ("if I hate it"). */
const TASTE =
  /(?<!\b(?:do|does|did|can|could|should|would|if|unless|when|why|how|what|that|say|think|until|both) )\b(?:i|we)(?: (?:\p{L}{2,12}ly|also|always|just|still|now|much|quite|rather|try to|tend to|have to|want to)){0,3} (?:prefer|dislike|detest|loathe|despise|avoid|hate|adore|love|enjoy|like(?! (?:the|and|a lot of yours)\b)|refuse to|(?:can(?:no|['’])t|can not|could never) (?:stand|tolerate|eat|drink|consume|handle|bear)|(?:don['’]t|do not|never|only|rarely|strictly|exclusively|can only|will not|won['’]t)(?: \p{L}{2,12}ly)? (?:eat|drink|use|wear|buy|watch|read|listen|play|drive|fly|travel|stay|sleep|shop|cook|smoke|take|go|work|visit|like|enjoy|care for|follow|book|consume|consider|adopt|date|want (?:any|to be called)))\b/giu;
/** Behind it: what was just said or shown, and nothing that lasts. "I like it", "I love how you put that". */
const OF_THE_MOMENT =
  /^ (?:(?:it|that|this|these|those|them|him|her|both|all (?:of|that|those|these|the)|your?|how|when|where|what|hearing|doing|option|to (?:see|hear|know|think|say|thank))\b|the (?:idea|sound|way|look|suggestion|plan|first|second|one)\b|$)|^[.!?;:]|^$/iu;
/** Looked at behind it. */
const BEHIND = 24;

const SAID_OTHERWISE = [
  /\b(?:i|we)(?:['’]m|['’]re| am| are)(?: (?:\p{L}{2,12}ly|also|always|just|still|now|much|quite|rather|try to|tend to|have to|want to)){0,3}(?: an?)?(?: (?:strict|lifelong|big|huge))? (?:allergic|vegan|vegetarian|pescatarian|lactose|gluten|intolerant|terrified of|afraid of|scared of|averse|fond of|opposed to|against|uncomfortable|only comfortable|not (?:really )?(?:a (?:big |huge )?fan|fond|into|keen|comfortable|interested|big on)|fan of)\b/iu,
  /\b(?:i|we) (?:have|follow|keep|adhere to|suffer from)(?: (?!fun|one|it|been)[\p{L}-]{1,14}){0,4} (?:aversion|allergy|allergies|intolerance|fear|phobia|preference|dislike|distaste|diet|no interest|stance)\b|\b(?:i|we) have no interest in\b/iu,
  /\bmy (?:strong )?preference (?:is|for)\b|\bmy (?:least |all-time |absolute )?favou?rite (?:\p{L}{2,16} ){0,3}(?:is|are)\b/iu,
];

/** What whoever answers is to do each time. */
const INSTRUCTIONS = [
  /(?:^|[.!,;:] |\bplease |\byou (?:should|must|can) )(?:always|never) (?:answer|reply|respond|use|call|give|keep|write|speak|avoid|include|show|make|format|remember|suggest|recommend|mention|explain|tell|ask|add|put|start|begin|end|send|book|say|convert|quote|cite|address|assume|check|propose|offer|translate|summari[sz]e|round|provide|list|describe|highlight|remind|refer|talk)\b/iu,
  /(?<!\bcan you )\bplease (?:don['’]t ever|do not ever|stop)\b/iu,
  /\b(?:from now on|in (?:the )?future|every time|each time|whenever|when) (?:i ask|you (?:answer|reply|respond|write|explain|suggest|recommend|plan))\b/iu,
  /\b(?:from now on|for all the times we talk|in all your answers),? \p{L}/iu,
  /(?:^|[.!,;:] |[Pp]lease )(?:[Jj]ust )?[Cc]all me \p{Lu}/u,
];

/** Other languages say it in words that are seldom used otherwise. */
const OTHERS = [
  /\bich (?:\p{L}{1,20} )?(?:mag|hasse|liebe|bevorzuge|vertrage|vermeide|esse|trinke|nehme|fliege|fahre) (?:\p{L}{1,20} ){0,2}(?:keine?n?|nicht|nie|lieber|gerne?|am liebsten|nur|immer)\b|\b(?:lieber|am liebsten) (?:mag|esse|trinke|fahre|reise|nehme|habe) ich\b|\bich (?:bevorzuge|hasse|verabscheue|vermeide)\b|\ballergisch (?:gegen|auf)\b|\bmein(?:e|en|er)? lieblings\p{L}+|\b(?:antworte|schreib|rechne|nenne?|schlage?) (?:mir |mich )?(?:bitte )?(?:immer|nie)\b|\bbitte (?:immer|nie|ab jetzt|künftig)\b|\bich bin (?:vegetarier|veganer|vegan)/iu,
  /\bje (?:préfère|déteste|adore|suis (?:allergique|végét\p{L}+|végan\p{L}*)|n['’]aime pas|ne mange (?:pas|jamais)|ne bois (?:pas|jamais)|ne prends jamais)|\bj['’](?:aime (?:pas|mieux|beaucoup)|adore|évite|ai horreur)|\b(?:réponds|écris)(?:-moi)? (?:toujours|jamais)|\bma? \p{L}+ préféré/iu,
  /\b(?:prefiero|prefiro|preferisco)\b|\bodio (?:el|la|los|las|o|a|il)\b|\b(?:no )?me (?:gustan?|encantan?)\b|\b(?:soy|sou|sono) (?:alérgic|allergic|vegetarian|vegan)\p{L}|\bnon mi piace\b|\bmi piac(?:e|ciono)\b|\b(?:não )?gosto (?:de|do|da)\b|\bnunca (?:como|bebo|uso)\b|\b(?:responde|respóndeme|escríbeme|rispondi|responda)(?:mi)? (?:siempre|sempre)\b|\bsiempre (?:responde|contesta)/iu,
  /(?<!\p{L})(?:предпочитаю|ненавижу|терпеть не могу|обожаю|аллергия на|не переношу|я (?:не (?:люблю|ем|пью)|вегетарианец|вегетарианка|веган)|я (?:очень |больше )?люблю (?!тебя|вас)|мо[йяёи] любим\p{L}+|(?:всегда|никогда не) (?:отвечай|пиши|предлагай|используй)|(?:отвечай|пиши) (?:мне )?всегда)(?!\p{L})/iu,
  /我(?:不|最|更|很|也|比较|特别|真的)*(?:喜欢|爱吃|爱喝|讨厌|偏好|不吃|不喝|吃素)(?!你|这个|那个)|我对.{1,12}过敏|[請请](?:一直|总是|以后|永远|不要再)(?:都)?(?:用|回答|叫|给|别|不)|(?:が|は)(?:大)?(?:好き|嫌い|苦手)(?:です|だ|な|で|。|$)|アレルギーが|いつも.{1,20}(?:答えて|返事して|書いて)|(?:좋아|싫어)(?:해|합|하는)|알레르기가|(?:못|안) 먹(?:어|습|는)|항상 .{1,20}(?:답해|대답해|써)|(?:^|\s)(?:أفضل|لا أحب|أكره|لا آكل|لا أشرب|أنا نباتي)(?:\s|$)|حساسية من|मुझे .{1,40}(?:पसंद|एलर्जी)/u,
];

/** Longer sentences are lists, code and stories. */
const LONGEST_UNITS = 300;

const IN_ENGLISH = [SAID_OTHERWISE, INSTRUCTIONS].flat();

const tellsTaste = (text: string): boolean =>
  [...text.matchAll(TASTE)].some(({ index, 0: said }) => {
    const end = index + said.length;
    return !OF_THE_MOMENT.test(text.slice(end, end + BEHIND));
  });

/** Whether a preference is an instruction to whoever answers. */
export const isInstruction = (text: string): boolean => INSTRUCTIONS.some((pattern) => pattern.test(text));

/** Whether a text says what its speaker prefers or wants done at all times, and not only here. */
export const tellsStanding = (text: string): boolean =>
  (mayTell.inEnglish(text) && (tellsTaste(text) || IN_ENGLISH.some((pattern) => pattern.test(text)))) ||
  (mayTell.inOthers(text) && OTHERS.some((pattern) => pattern.test(text)));

const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' });

/** "What am I allergic to?" tells nothing; "Could you always answer in metric units?" does. */
const isTold = (sentence: string): boolean => isInstruction(sentence) || !onlyAsks(sentence);

/** The sentences of a passage that say so. */
export const standingPreferencesIn = (passage: string): string[] =>
  [...segmenter.segment(passage)]
    .map(({ segment }) => segment.trim())
    .filter((sentence) => sentence.length <= LONGEST_UNITS && tellsStanding(sentence) && isTold(sentence));
