/** Characters at the beginning of a turn, or at its end, in which a greeting or a farewell is looked for. */
const MOST_CHARACTERS = 240;

const GREETING =
  /^(?:hey|hi|hello|yo|greetings|howdy|good (?:morning|afternoon|evening|day)|guess what|hallo|guten (?:morgen|tag|abend)|servus|moin|bonjour|bonsoir|salut|hola|buen[oa]s (?:d[ií]as|tardes|noches)|ciao|buongiorno|ol[áa]|bom dia|привет|здравствуйте|добр(?:ый|ое) (?:день|утро|вечер)|доброго|مرحبا|السلام عليكم|नमस्ते)(?![\p{L}\p{M}])|^(?:你好|您好|早上好|晚上好|おはよう|こんにちは|こんばんは|안녕|สวัสดี)/iu;
/** What is said when people meet again, wherever it stands. */
const MEETING =
  /\b(?:long time no (?:see|talk|chat)|(?:good|great|nice|lovely) to (?:see|hear from|meet) you|how(?:'ve| have) you been|how(?:'s| is) it (?:going|been)|how are you(?: doing)?|what(?:'s| is) (?:up|new)|since we (?:last )?(?:talked|spoke|chatted|met)|last time we (?:talked|spoke|chatted)|been a while|our last chat|wie geht(?:'s| es)|comment (?:ça va|vas-tu|allez-vous)|qué tal|cómo (?:estás|está))\b|как (?:дела|ты|поживаешь)|最近怎么样|好久不见|お久しぶり|오랜만/iu;
const FAREWELL =
  /\b(?:bye|goodbye|good ?night|see (?:you|ya)|talk (?:to you )?(?:soon|later)|speak soon|take care|catch (?:you|up) (?:later|soon)|have a (?:great|good|nice|lovely|wonderful|fantastic|safe) (?:day|night|one|evening|weekend|trip|time)|until next time|(?:gotta|have to) go|(?:stay|keep) in touch|keep me (?:posted|updated)|good luck|you're welcome|no problem|anytime|tschüss?|auf wiedersehen|bis (?:bald|dann|morgen|später)|gern geschehen|au revoir|à bientôt|bonne (?:journée|soirée|nuit)|adiós|hasta (?:luego|mañana|pronto)|de nada|arrivederci|a presto)\b|пока|до (?:свидания|встречи|завтра)|спокойной ночи|再见|晚安|不客气|さようなら|またね|おやすみ|잘 자|안녕히|또 봐/iu;

const straight = (text: string): string => text.replaceAll('’', "'");

/** Whether a turn opens a conversation: it greets, or says what people say when they meet again. */
export const opensWith = (text: string): { readonly greets: boolean; readonly meets: boolean } => {
  const beginning = straight(text.slice(0, MOST_CHARACTERS)).trimStart();
  return { greets: GREETING.test(beginning), meets: MEETING.test(beginning) };
};

/** Whether a turn ends a conversation: it says goodbye, or answers thanks. */
export const takesLeave = (text: string): boolean => FAREWELL.test(straight(text.slice(-MOST_CHARACTERS)));
