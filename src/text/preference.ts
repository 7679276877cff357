import { mayTell } from './may-tell.ts';
import { tellsStanding } from './standing-preference.ts';

/** What its speaker likes, avoids, cannot have or wants done each time, by the words that say so. */
const TELLS_IN_ENGLISH = [
  /\b(?:i|we)(?:['’]m| am| are|['’]re|['’]ve| have)?(?: \w{2,12}ly| just| also| always| been| a| an| no){0,2} (?:prefer|like|love|enjoy|hate|dislike|detest|avoid|loathe|adore|never|only|always|allergic|vegan|vegetarian|lactose|intolerant|afraid|terrified|uncomfortable|averse|fond|into|need|refuse|fan|preference|aversion|allergy|allergies|fear|phobia|distaste|passion|weakness|intolerance|soft spot|sensitivity)\b/i,
  /\bi (?:can(?:no|['’])t stand|would rather|(?:don['’]t|do not) (?:really )?(?:like|want|eat|drink|enjoy|use|do|care|watch|wear|buy|trust|feel comfortable))\b|\bi['’](?:d (?:prefer|rather|like|love)|m not (?:a fan|fond|interested|keen|comfortable|into|big on))\b|\bi would (?:prefer|like|love)\b|\bmy (?:least )?(?:favou?rite|preference|preferred)\b/i,
  /\b(?:please|from now on|in future|always|never) (?:answer|reply|respond|use|call|give|keep|write|speak|avoid|include|don['’]t|do not|show|make|format|remember)\b/i,
];

/** The same in German, French, Spanish, Italian, Portuguese, Russian, Chinese, Japanese, Korean, Arabic and Hindi. */
const TELLS_IN_OTHERS = [
  /\bich (?:\p{L}+ )?(?:mag|hasse|liebe|bevorzuge|vertrage|vermeide|esse|trinke) (?:\p{L}+ ){0,2}(?:keine?n?|nicht|nie|lieber|gern|gerne|am liebsten|nur|immer)\b|\b(?:lieber|am liebsten) \p{L}+|\bich (?:bevorzuge|hasse|verabscheue)\b|\ballergisch gegen\b|\bmein(?:e|en|er)? lieblings\p{L}+|\bantworte (?:mir )?(?:bitte )?(?:immer|nie|nur|kurz|auf)\b/iu,
  /\bje (?:préfère|déteste|adore|suis allergique|n['’]aime pas|ne mange (?:pas|jamais)|ne bois (?:pas|jamais)|suis végét\p{L}+)|\bj['’](?:aime|adore|évite)\b|\bprefiero\b|\bodio (?:el|la|los|las)\b|\b(?:no )?me gusta|\bsoy (?:alérgic|vegetarian|vegan)\p{L}|\bpreferisco\b|\bnon mi piace\b|\bmi piace\b|\bsono (?:allergic|vegetarian|vegan)\p{L}|\bprefiro\b|\b(?:não )?gosto de\b|\bsou (?:alérgic|vegetarian|vegan)\p{L}/iu,
  /предпочитаю|ненавижу|терпеть не могу|я (?:не )?(?:люблю|ем|пью)(?: |$)|аллергия на|не переношу|всегда отвечай|мой любимый|моя любимая/iu,
  /我(?:不|最|更|很|比较|特别|真的)?(?:喜欢|爱吃|爱喝|讨厌|偏好|不吃|不喝)|我对.{1,12}过敏|请(?:一直|总是|以后)|(?:が|は)(?:大)?(?:好き|嫌い|苦手)|アレルギー|(?:좋아|싫어)(?:해|하|합)|알레르기|못 먹|안 먹|(?:^|\s)(?:أفضل|لا أحب|أكره|لا آكل|لا أشرب)(?:\s|$)|حساسية من|मुझे .{1,40}(?:पसंद|एलर्जी)/u,
];

/** Whether a passage tells a preference of its speaker, or an instruction that is to hold from now on. */
export const tellsPreference = (text: string): boolean =>
  (mayTell.inEnglish(text) && TELLS_IN_ENGLISH.some((pattern) => pattern.test(text))) ||
  (mayTell.inOthers(text) && TELLS_IN_OTHERS.some((pattern) => pattern.test(text))) ||
  tellsStanding(text);

/** Asking for something to choose or to do, which what its speaker prefers bears on. */
const WISHES = [
  /\b(?:(?:can|could|would|will) you (?:please )?(?:recommend|suggest|plan|find|pick|design|create|put together)|would you (?:recommend|suggest)|any (?:good |nice |other )?(?:recommendations?|suggestions?|ideas|tips|advice)|(?:recommendations?|suggestions?|ideas|tips|options) (?:for|on|to)|what (?:are|would be|is) (?:some|a good|the best|good|your)|what (?:types?|kinds?|sorts?) of|some (?:\w{1,20} ){0,3}(?:recommendations?|suggestions?|ideas|tips|options)|(?:what|where|which \w+) (?:should|can|could) (?:i|we)|how (?:can|should|could) (?:i|we)|looking (?:for|to)|help me (?:find|choose|pick|decide|plan)|recommend(?:ed)? for me|you(?: would|['’]d) (?:recommend|suggest)|best (?:way|place|time)s?)\b/i,
  /\b(?:empfiehl|empfehl|vorschl[aä]g|schlag mir|was (?:könnte|soll|sollte|kann) ich|ideen? für|tipps? für|recommand|suggèr|conseille|des idées|recomiend|recomendar|recomendación|sugier|sugerencia|qué (?:podría|puedo|debería)|consigli|raccomand|sugger|cosa (?:potrei|dovrei|posso)|recomenda|sugest|o que (?:posso|devo|poderia))/iu,
  /посоветуй|порекомендуй|предложи|что (?:бы )?мне|какие идеи|推荐|推薦|建议|建議|有什么好|有什麼好|おすすめ|お勧め|お薦め|提案して|추천|제안|اقترح|تنصح|توصي|نصائح|सुझाव|सुझाइए|सलाह/iu,
];

/** What was said or done before is asked for, and no suggestion. */
const ASKS_BACK =
  /\b(?:did|have|had) (?:you|i|we|\w+) (?:\w+ )?(?:recommend|suggest|mention|tell|told|say|said|give|given|ask)\w*|\byou (?:once |already |previously )?(?:recommended|suggested|mentioned|told|gave|said)\b/i;

/** Whether a question wishes for something that the preferences of its speaker bear on. */
export const wishesFor = (question: string): boolean =>
  WISHES.some((pattern) => pattern.test(question)) && !ASKS_BACK.test(question);
