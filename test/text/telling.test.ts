import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { languageOf } from '../../src/text/languages.ts';
import { tellingOf } from '../../src/text/telling.ts';

const shown = (text: string): string => {
  const telling = tellingOf(text, languageOf(text));
  return (['firstPerson', 'time', 'number'] as const).filter((what) => telling[what](text)).join(' ');
};

const MESSAGES: Readonly<Record<string, readonly (readonly [text: string, told: string])[]>> = {
  English: [
    ['The dog barked.', ''],
    ['I moved to Leeds.', 'firstPerson'],
    ['It rained yesterday.', 'time'],
    ['They have two cats.', 'number'],
    ['In 2019 we had 3 dogs.', 'firstPerson time number'],
  ],
  German: [
    ['Der Hund hat gebellt.', ''],
    ['Ich bin nach Kassel gezogen.', 'firstPerson'],
    ['Die Miete steigt ab August.', 'time'],
    ['Sie kommt morgen mit dem Zug.', 'time'],
    ['Vor drei Wochen haben wir geheiratet.', 'firstPerson time number'],
    ['Sie hat vier Zähne und ist munter.', 'number'],
  ],
  French: [
    ['Le chien dort dans le jardin.', ''],
    ["J'habite à Lyon avec ma soeur.", 'firstPerson'],
    ['Elle a vu le médecin hier.', 'time'],
    ['Elle a deux chats et un chien.', 'number'],
    ['Il a été très gentil avec elle.', ''],
  ],
  Spanish: [
    ['El perro duerme en el jardín.', ''],
    ['Vivo en Sevilla con mi hermana.', 'firstPerson'],
    ['Ella viene el lunes con el perro.', 'time'],
    ['Tiene tres gatos y una casa.', 'number'],
  ],
  Russian: [
    ['Собака спит в саду.', ''],
    ['Я переехала в Казань.', 'firstPerson'],
    ['Она приедет завтра.', 'time'],
    ['У неё две кошки.', 'number'],
    ['В 2023 году мы купили дом.', 'firstPerson time number'],
  ],
  Polish: [
    ['Pies śpi w ogrodzie.', ''],
    ['Mieszkam w Łodzi.', 'firstPerson'],
    ['Siostra przyjeżdża w piątek.', 'time'],
    ['Siostra ma dwa koty i księgarnię.', 'number'],
  ],
  Arabic: [
    ['الكلب ينام في الحديقة', ''],
    ['أنا أعيش في القاهرة', 'firstPerson'],
    ['زارتها صديقتها أمس', 'time'],
    ['لديها ثلاثة قطط', 'number'],
    ['اشترت ٥ كتب', 'number'],
  ],
  Hindi: [
    ['कुत्ता बगीचे में सोता है', ''],
    ['मैं दिल्ली में रहता हूँ', 'firstPerson'],
    ['वह सोमवार को आएगी', 'time'],
    ['उसके तीन बिल्लियाँ हैं', 'number'],
  ],
  Thai: [
    ['หมานอนอยู่ในสวน', ''],
    ['ฉันอยู่เชียงใหม่', 'firstPerson'],
    ['เขามาเมื่อวาน', 'time'],
    ['เขามีแมวสามตัว', 'number'],
    // "can" begins as "three" does, "chair" as "nine"
    ['เขาสามารถนั่งเก้าอี้', ''],
  ],
  Korean: [
    ['개가 마당에서 잔다', ''],
    ['나는 서울에 살아', 'firstPerson'],
    ['동생이 어제 왔어', 'time'],
    ['고양이가 세 마리야', 'number'],
    ['세상에 네 생각대로', ''],
    // "give" begins as "week" does, "run" as "month"
    ['말씀해 주시면 달리기를 알려 드릴게요', ''],
  ],
  Japanese: [
    ['犬が庭で寝ている', ''],
    ['私は大阪に住んでいる', 'firstPerson'],
    ['妹が昨日来た', 'time'],
    ['猫が三匹いる', 'number'],
    ['私立の学校に通う', ''],
  ],
  Chinese: [
    ['狗在花园里睡觉', ''],
    ['我住在成都', 'firstPerson'],
    ['妹妹昨天来了', 'time'],
    ['她有三只猫', 'number'],
    ['她在四川吃三明治', ''],
    ['周围的人都认识周立', ''],
    ['她周末来', 'time'],
  ],
};

for (const [language, messages] of Object.entries(MESSAGES)) {
  describe(`a message in ${language} tells what its words say:`, () => {
    test.each(messages.map(([text, told]) => [text, told] as const))('%j', (text, told) => {
      expect(shown(text)).toBe(told);
    });
  });
}

test.each(['', '🦊', 'Kraftwerk', 'ქართული', 'שלום', '12:30'])('%j is read as English is', (text) => {
  expect(tellingOf(text, languageOf(text))).toBe(tellingOf('', 'en'));
});

test('what five sets of conversations in English tell is what the words of English tell', () => {
  const english = tellingOf('', 'en');
  const texts = ['friends', 'meetings', 'notes', 'projects', 'updates'].flatMap((name) => {
    const file = new URL(`../quality/conversations/${name}.json`, import.meta.url);
    const { conversations } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly conversations: readonly {
        readonly sessions: readonly { readonly turns: readonly { text: string }[] }[];
      }[];
    };
    return conversations.flatMap(({ sessions }) => sessions.flatMap(({ turns }) => turns.map(({ text }) => text)));
  });
  expect(texts.length).toBeGreaterThan(1_500);
  const others = texts.filter((text) => {
    const telling = tellingOf(text, languageOf(text));
    return (['firstPerson', 'time', 'number'] as const).some((what) => telling[what](text) !== english[what](text));
  });
  expect(others).toEqual([]);
});
