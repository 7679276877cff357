import { isCourtesy, plainWords } from './courtesies.ts';

/** Turns that answer nothing are short. */
const MOST_CHARACTERS = 400;

/**
 * "I do not know" in the languages that people write to assistants in: not knowing, having no record, not having been told.
 * Of English, in which most is written, by its grammar; of others by what one says.
 */
const KNOWS_NOTHING = [
  // English, without apostrophes
  /\b(?:i|we) (?:\w+ ){0,2}(?:dont|do not|cant|cannot|couldnt|could not|didnt|did not|havent|have not|am not|was not|wasnt|wont|never) (?:\w+ ){0,2}(?:know|recall|remember|tell|say|answer|find|see any|see a|see that|determine|sure (?:what|who|where|when|which|how|about|if|whether|i)|aware|certain|been told|been given)\b/,
  /\b(?:im|am) not (?:\w+ )?(?:sure|certain)[.!…\s]{0,9}$|\b(?:dont|do not|not) (?:currently )?have (?:access to )?(?:that|this|the|those|these|your|such|any) (?:\w+ )?(?:information|info|data|detail|details|record|records)\b|\b(?:dont|do not) (?:think|believe) (?:\w+ ){1,3}(?:told|mentioned|said|shared|discussed|came up)\b|\b(?:isnt|is not|nothing|not something) (?:something )?(?:you|youve|you have|we|weve) (?:\w+ )?(?:told|mentioned|said|shared|discussed)\b/,
  /\b(?:im|not|never) (?:\w+ )?(?:sure (?:what|who|where|when|which|how|about|i)|aware of|able to (?:find|say|tell|answer|recall|determine)|certain (?:what|who|where|when|which|how|about))\b/,
  /\b(?:no|without|not enough|(?:dont|do not|not|cannot|cant) have (?:any|enough|a|an|the|your|that|this)) (?:\w+ ){0,2}(?:record|records|information|info|data|details|memory|memories|mention|note|notes|knowledge|idea|clue|trace|entry|access)\b/,
  /\byou (?:\w+ )?(?:(?:havent|have not|hadnt|had not|didnt|did not|have yet to) (?:\w+ ){0,2}(?:told|tell|mentioned|mention|said|say|shared|share|given|give|provided|provide|specified|specify|let me know|talked|discussed|stated|brought)|(?:have )?never (?:told|mentioned|said|shared|provided|specified))\b/,
  /\b(?:not|never|nt|isnt|arent|hasnt|havent|wasnt|yet to) (?:yet )?(?:been |be )?(?:known|mentioned|recorded|specified|stated|provided|disclosed|come up|told me|shared)\b/,
  /\b(?:unknown to me|unsure (?:what|who|where|when|which|how|about)|beats me|no way (?:of|to) know|unable to (?:find|say|tell|answer|recall|determine)|nothing (?:on|about|in) (?:that|this|it|your|my|our|file|record))\b/,
  // German, Dutch
  /(?:ich|wir) wei(?:ß|ss)(?: \p{L}+){0,4} nicht|wei(?:ß|ss) ich (?:\p{L}+ ){0,2}nicht|wissen wir nicht|keine (?:\p{L}+ )?(?:information|informationen|angaben?|daten|aufzeichnung|aufzeichnungen|ahnung|kenntnis|notiz|notizen|hinweise?)|nicht (?:bekannt|erwähnt|gesagt|erzählt|verraten|mitgeteilt|genannt)|nicht (?:sagen|beantworten)|nichts (?:darüber|dazu)|ik weet (?:\p{L}+ ){0,3}niet|weet ik niet|geen (?:informatie|idee|gegevens)/u,
  // French, Spanish, Italian, Portuguese
  /ne sais pas|nai (?:pas|aucune?) (?:\p{L}+ ){0,2}(?:information|informations|note|notes|trace|idée|donnée|données|souvenir)|ne m(?:avez|as) (?:pas|jamais) |(?:pas|jamais) (?:encore )?(?:dit|mentionné|précisé|parlé|indiqué)|aucune (?:information|trace|mention|idée|donnée)|ne (?:me souviens|trouve|connais|dispose|peux) pas|jignore/u,
  /no (?:lo )?sé(?: |$)|no tengo (?:\p{L}+ ){0,2}(?:información|datos|registros?|constancia|idea|notas?|detalles)|no me (?:has|ha|habías) (?:dicho|contado|mencionado|comentado)|no (?:recuerdo|encuentro|dispongo|puedo (?:decir|saber|responder))|desconozco/u,
  /non (?:lo )?so(?: |$)|non ho (?:\p{L}+ ){0,2}(?:informazioni|dati|idea|note|traccia)|non mi hai (?:\p{L}+ )?(?:detto|parlato)|não sei|não tenho (?:\p{L}+ ){0,2}(?:informaç|dados|registro|ideia)|não me (?:disse|contou)/u,
  // Russian, Ukrainian, Polish, Turkish
  /не знаю|не знаем|не помню|нет (?:\p{L}+ ){0,2}(?:информации|данных|сведений|записей|записи)|не (?:говорили?|сказали?|сообщали?|упоминали?|рассказывали?|указали?)|неизвестно|не могу (?:сказать|ответить)|немає (?:інформації|даних)|nie wiem|nie mam (?:\p{L}+ )?(?:informacji|danych|pojęcia)|nie (?:powiedział|wspomniał)|bilmiyorum|bilgim? yok|söylemedin/u,
  // Chinese, Japanese, Korean
  /不知道|不清楚|不记得|不記得|不了解|(?:没有|没|沒有|沒|未)\S{0,20}(?:信息|资料|记录|告诉|说过|提到|提过|提供|資訊|資料|記錄|告訴|說過)|(?:无法|無法)(?:确定|回答|得知|確定)/,
  /(?:わか|分か|解か)(?:りません|らない)|知(?:りません|らない)|存じません|覚えていません|(?:情報|記録|データ)(?:は|が)?\S{0,3}(?:ありません|ございません|ない)|(?:聞い|伺っ|教えてもらっ|教えていただい|教えてくれ)ていません|お答えできません/,
  /모르|몰라|모릅|알지 못|알 수 없|기억(?:이|나지)? ?(?:없|않|안)|(?:정보|기록|자료)(?:가|이|는)? ?없|(?:말씀|말해|알려|얘기|이야기)\S{0,4} ?(?:\S{1,3} )?(?:않|없|안)/,
  // Arabic, Hebrew, Persian, Hindi, Thai, Vietnamese, Indonesian
  /لا (?:أعرف|اعرف|أعلم|اعلم|أدري|ادري|أتذكر|اتذكر|أملك|املك|توجد|يوجد)|ليس(?:ت)? لد[يى]|لم (?:تخبرني|تذكر|تقل|يذكر|يتم ذكر)|غير معروف|לא (?:יודע|יודעת|זוכר|סיפרת|אמרת|ידוע)|אין לי (?:מידע|מושג)|نمی.?دانم|ندارم|نگفته/,
  /नहीं पता|पता नहीं|नहीं जानता|नहीं जानती|(?:जानकारी|रिकॉर्ड|याद|मालूम|ज्ञात) नहीं|नहीं (?:बताया|मालूम|है पता)/,
  /ไม่(?:ทราบ|รู้|แน่ใจ|มีข้อมูล|มีบันทึก|เคยบอก|ได้บอก|พบข้อมูล)|จำไม่ได้|không (?:biết|nhớ|rõ|có thông tin)|chưa (?:nói|cho \S{1,20} biết)|tidak (?:tahu|ingat|punya informasi|ada (?:informasi|catatan))|belum (?:memberi tahu|bilang|menyebutkan)/,
];

/** What goes with not knowing and tells nothing either: excuses, and asking for it. */
const EXCUSES =
  /\b(?:sorry|apolog\w+|unfortunately|tell me|let me know|feel free|please|happy to|glad to|if you|once you|ill remember|i will remember|ill note|help|remind me|share it|would you|could you|can you|bitte|sag|sage|verrat|leider|falls|wenn du|wenn sie|dis.?moi|dites|si tu|si vous|désolée?|por favor|dime|si me|lo siento)\b|извин|скажи|сообщи|если|к сожалению|如果|告诉我|告訴我|请|請|抱歉|教えて|よろしければ|申し訳|すみません|알려|말씀|죄송|أخبرني|إذا|عذر|آسف|बता|अगर|माफ|क्षमा|ขอโทษ|ถ้า|บอก/u;

/** Most turns hold none of this, and then are read no further: a denial, or letters of which only the languages above know. */
const MAY =
  /n['’]?t\b|\b(?:no|not|never|nothing|without|un(?:able|sure|known)|beats|has come up|keine?|nichts?|niet|geen|ne|pas|sais|ignore|non|desconozco|nie|yok|bilmiyorum|tidak|belum)\b|[^\0-\x7f]/i;

const SENTENCE = /[^.!?…。！？؟।\n]+[.!?…。！？؟।]*/gu;
const ASKS = /[?？؟]/u;
/** A statement may follow behind these. */
const CONTRAST =
  /\b(?:but|however|although|though|except|aber|jedoch|mais|pero|maar|ma)\b|[;:]|—| – |но |однако|但|不过|でも|しかし|ですが|하지만|그러나|لكن|लेकिन|मगर|แต่/u;

/**
 * Whether a turn answers nothing: it says that its speaker does not know, has no record or was not told, and nothing else.
 * "I do not know, but Ada does" says something else.
 */
export const answersNothing = (text: string): boolean => {
  if (text.length > MOST_CHARACTERS || !MAY.test(text)) return false;
  const plain = text.toLowerCase().replaceAll(/['’]/g, '');
  let isNothing = false;
  for (const [sentence] of plain.matchAll(SENTENCE)) {
    if (ASKS.test(sentence)) continue;
    for (const clause of sentence.split(CONTRAST)) {
      if (KNOWS_NOTHING.some((pattern) => pattern.test(clause))) isNothing = true;
      else if (!isCourtesy(plainWords(clause)) && !EXCUSES.test(clause)) return false;
    }
  }
  return isNothing;
};
