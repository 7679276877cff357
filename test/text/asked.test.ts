import { describe, expect, test } from 'bun:test';
import { type Asked, askedOf } from '../../src/text/asked.ts';

/** What is asked for, by name. */
const shown = (question: string): string =>
  Object.entries(askedOf(question))
    .filter(([, isAsked]) => isAsked)
    .map(([name]) => name)
    .join(' ');

const QUESTIONS: Readonly<Record<string, readonly (readonly [question: string, asked: string])[]>> = {
  English: [
    ['', ''],
    ['Tell all about the trip', ''],
    ['When did Melanie paint?', 'time past'],
    // What came of it in the end is asked, not what was.
    ['Did I get that knee replaced?', 'self'],
    ['Did we sign before the holidays?', 'self past'],
    ['Where does Melanie live now?', 'name now'],
    ['Which is the latest plan?', 'name now'],
    ['Is the snow deep?', ''],
    ['What year was that?', 'time past'],
    ['How long did it take?', 'time past'],
    ['How many dogs are there?', 'number'],
    ['How old is the house?', 'number'],
    ['Who called?', 'name'],
    ['Where was the party?', 'name past'],
    ["What is the dog's name?", 'name'],
    ['What do I like?', 'self'],
    ['What is my address?', 'self'],
    ['What did you recommend?', 'other past'],
    ['What did you tell me?', 'other past'],
    ['Whenever it rains', ''],
    ['Where did I live before?', 'name self past'],
    ['Which place used to be a bakery?', 'name past'],
    ['Which plan came first?', 'name past'],
    ['How old is Ada?', 'number'],
    ['What is the price now, and what was it at first?', 'now past'],
  ],
  German: [
    ['Wann hatte Wiebke den Termin?', 'time past'],
    ['In welchem Jahr war das?', 'time past'],
    ['Wie viele Zwerge sind verkauft?', 'number'],
    ['Wie hoch ist die Pacht inzwischen?', 'number now'],
    ['Wo wohnt Faruks Familie jetzt?', 'name now'],
    ['In welcher Straße wohnte Faruk vorher?', 'name past'],
    ['Wie heißt mein Hund?', 'name self'],
    ['Wo habe ich früher gewohnt?', 'name self past'],
    ['Was hast du mir empfohlen?', 'other'],
    ['Was haben Sie mir empfohlen?', 'other'],
    ['Was hat das Zelt für uns gekostet?', 'self'],
    ['Was hat sie gekauft?', ''],
  ],
  Dutch: [
    ['Wanneer was de afspraak?', 'time past'],
    ['Hoeveel katten heeft zij?', 'number'],
    ['Waar woonde ik vroeger?', 'name self past'],
    ['Hoe heet mijn hond?', 'name self'],
    ['Wat heb jij aangeraden?', 'other'],
  ],
  Swedish: [
    ['När var mötet?', 'time past'],
    ['Hur många katter har hon?', 'number'],
    ['Var bor jag nu?', 'name self now'],
    ['Vad heter min hund?', 'name self'],
    ['Var jobbade jag förut?', 'name self past'],
  ],
  Danish: [
    ['Hvornår var mødet?', 'time past'],
    ['Hvor mange katte har hun?', 'number'],
    ['Hvor bor jeg nu?', 'name self now'],
    ['Hvad hedder min hund?', 'name self'],
  ],
  French: [
    ['Quand doit naître la fille de Maëlle ?', 'time past'],
    ['À quelle heure commence sa journée ?', 'time'],
    ['Combien a coûté la voiture ?', 'number'],
    ['Quel âge a Paul ?', 'number'],
    ['Qui est madame Kervella ?', 'name'],
    ["Comment s'appelle mon chien maintenant ?", 'name self now'],
    ["Où est-ce que j'habitais avant ?", 'name self past'],
    ["Qu'est-ce que tu m'as conseillé ?", 'other'],
    ["Qu'est-ce qui est arrivé à la voiture ?", ''],
  ],
  Spanish: [
    ['¿Cuándo era el examen?', 'time past'],
    ['¿A qué hora abren antes de Navidad?', 'time'],
    ['¿Cuánto cuesta la docena?', 'number'],
    ['¿Quién es Manolo?', 'name'],
    ['¿Dónde vivo ahora?', 'name self now'],
    ['¿Dónde trabajaba mi hija antes?', 'name self past'],
    ['¿Qué cené el lunes?', 'self'],
    ['¿Qué me recomendaste?', 'other'],
    // é is not of the first person alone
    ['¿Le gusta el café a José?', ''],
  ],
  Italian: [
    ['Quando è nato il bambino?', 'time past'],
    ['Quanto costa il biglietto?', 'number'],
    ['Dove abito adesso?', 'name self now'],
    ['Come si chiama il mio cane?', 'name self'],
    ['Che cosa mi hai consigliato?', 'other'],
    ['Quali sono i libri di Anna?', 'name'],
  ],
  Portuguese: [
    ['Quando foi a reunião?', 'time past'],
    ['Quantos gatos ela tem?', 'number'],
    ['Onde eu moro agora?', 'name self now'],
    ['Onde eu morava antigamente?', 'name self past'],
    ['O que você recomendou?', 'other'],
    ['O que comprei na loja?', 'self'],
  ],
  Russian: [
    ['Когда обещают отдать ключи?', 'time past'],
    ['В каком году это было?', 'time past'],
    ['Сколько стоит имплант?', 'number'],
    ['Во сколько приходит врач?', 'time'],
    ['Кто директор музея?', 'name'],
    ['Где я сейчас работаю?', 'name self now'],
    ['У кого я снимала квартиру раньше?', 'name self past'],
    ['Как зовут мою кошку?', 'name self'],
    ['Что ты мне посоветовал?', 'other'],
    ['Что мама принимает от давления?', ''],
  ],
  Ukrainian: [
    ['Коли була зустріч?', 'time past'],
    ['Скільки котів у неї?', 'number'],
    ['Де я зараз живу і працюю?', 'name self now'],
    ['Де він жив раніше? Їй цікаво.', 'name past'],
  ],
  Polish: [
    ['Kiedy było spotkanie?', 'time past'],
    ['Ile kotów ma Łucja?', 'number'],
    ['Gdzie teraz mieszkam?', 'name self now'],
    ['Gdzie mieszkałam wcześniej?', 'name self past'],
    ['Kto leży pod stołem?', 'name'],
  ],
  Turkish: [
    ['Toplantı ne zaman?', 'time past'],
    ['Ayşe kaç yaşında?', 'number'],
    ['Şimdi nerede çalışıyorum?', 'name self now'],
    ['Benim köpeğimin adı ne?', 'name self'],
    ['Kadın nerede yaşıyor?', 'name'],
  ],
  Arabic: [
    ['متى كان الفرح؟', 'time past'],
    ['كم كان عدد الضيوف؟', 'number past'],
    ['أين يعيش أخي الآن؟', 'name self now'],
    ['ما اسم الشركة السابقة؟', 'name past'],
    ['أنا شغال فين دلوقتي؟', 'name self now'],
    ['بماذا نصحتني؟', 'other'],
    ['ما الشركة التي يعمل بها؟', ''],
  ],
  Hindi: [
    ['शादी कब हुई?', 'time past'],
    ['मैंने कितना वज़न घटाया?', 'number self'],
    ['मेरी दुकान अब कहाँ है?', 'name self now'],
    ['पहले दुकान किस इलाके में थी?', 'name past'],
    ['खाने से पहले क्या लेना है?', ''],
    ['आपने क्या बताया?', 'other'],
  ],
  Thai: [
    ['ประชุมเมื่อไหร่', 'time past'],
    ['แมวมีกี่ตัว', 'number'],
    ['ตอนนี้ฉันทำงานที่ไหน', 'name self now'],
    ['ร้านตัดผมอยู่ที่ไหน', 'name'],
    ['เมื่อก่อนใครอยู่ที่นี่', 'name past'],
  ],
  Korean: [
    ['수술은 언제였지?', 'time past'],
    ['가게는 몇 시에 열어?', 'time'],
    ['도시락은 몇 개 나가?', 'number'],
    ['내 차는 어디 있어?', 'name self'],
    ['지금 도시락은 얼마야?', 'number now'],
    ['처음에 도시락은 얼마였지?', 'number past'],
    ['실내 온도는?', ''],
  ],
  Japanese: [
    ['ギプスはいつ取れる?', 'time past'],
    ['家賃はいくら?', 'number'],
    ['私は今どこで働いている?', 'name self now'],
    ['以前の工房はどこ?', 'name past'],
    ['猫の名前は', 'name'],
    ['遥はいつもいくらか残す?', ''],
    ['あなたは何を薦めた?', 'other past'],
  ],
  Chinese: [
    ['我们什么时候办婚礼？', 'time self past'],
    ['我现在的月薪是多少？', 'number self now'],
    ['我以前手下有几个人？', 'number self past'],
    ['原来婚礼打算在哪里办', 'name past'],
    ['乌龟叫什么名字', 'name'],
    ['你给我推荐过哪一部电影？', 'other'],
    ['自我介绍在书里吗', ''],
    // once told, and not formerly
    ['我曾经推荐过一部电影，讲什么？', 'self'],
  ],
};

for (const [language, questions] of Object.entries(QUESTIONS)) {
  describe(`a question in ${language} asks for what its words say:`, () => {
    test.each(questions.map(([question, asked]) => [question, asked] as const))('%j', (question, asked) => {
      expect(shown(question)).toBe(asked);
    });
  });
}

test('what is long is read at its beginning and its end', () => {
  const filler = 'and then we talked of this and that for hours on end '.repeat(400);
  const asked: Asked = askedOf(`Where was it? ${filler} How many were there?`);
  expect([asked.name, asked.number, asked.time]).toEqual([true, true, false]);
});
