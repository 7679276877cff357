import { describe, expect, test } from 'bun:test';
import { timesNamedIn } from '../../../src/text/times/times-named.ts';
import { shownSpan } from './shown-span.ts';

/** A Wednesday in winter. */
const NOW = Date.parse('2026-01-14T12:00:00Z');

const shown = (question: string): string => timesNamedIn(question, NOW).map(shownSpan).join(', ');

const QUESTIONS: Readonly<Record<string, readonly (readonly [question: string, times: string])[]>> = {
  German: [
    ['Was gab es gestern zum Abendessen?', '2026-01-13 to 2026-01-14'],
    ['Was gab es vorgestern zum Abendessen?', '2026-01-12 to 2026-01-13'],
    ['Was gab es vor zwei Tagen zum Abendessen?', '2026-01-12 to 2026-01-13'],
    ['Wen habe ich vor drei Wochen getroffen?', '2025-12-21 to 2025-12-28'],
    ['Wo haben wir vor einem Jahr gewohnt?', '2025-01-01 to 2026-01-01'],
    ['Was war letzte Woche los?', '2026-01-05 to 2026-01-12'],
    ['Was haben wir letzten Sommer gemacht?', '2025-06-01 to 2025-09-01'],
    ['Was war in den letzten drei Tagen?', '2026-01-11 to 2026-01-15'],
    ['Wen habe ich am Montag getroffen?', '2026-01-12 to 2026-01-13'],
    ['Was war am Dienstagabend?', '2026-01-13 to 2026-01-14'],
    ['Was war am Freitag letzter Woche?', '2026-01-09 to 2026-01-10'],
    ['Was haben wir im Mai gemacht?', '5-*'],
    ['Was haben wir im Mai und Juni gemacht?', '5-*, 6-*'],
    ['Was war im März 2023?', '2023-03-01 to 2023-04-01'],
    ['Was gab es am 20. August zum Abendessen?', '8-20'],
    ['Was gab es am 1. Sept. zum Abendessen?', '9-1'],
    ['Was war am 3. Mai letzten Jahres?', '2025-05-03 to 2025-05-04'],
    ['Was gab es am 01.09.2025 zum Abendessen?', '2025-09-01 to 2025-09-02'],
    ['Was gab es am 1.9. zum Abendessen?', '9-1'],
    ['Was hat sich seit März geändert?', '2025-03-01 to ever'],
    ['Was war zwischen dem 3. und dem 7. Mai?', '5-3 to 5-7'],
    ['Wo war ich vom 28. Dezember bis zum 3. Januar?', '12-28 to 1-3'],
    ['Wo haben wir von 2020 bis 2022 gewohnt?', '2020-01-01 to 2023-01-01'],
    ['Was war in der ersten Woche im Mai?', '5-1 to 5-7'],
    ['Wo waren wir im Jahr 2023?', '2023-01-01 to 2024-01-01'],
  ],
  French: [
    ["Qu'est-ce que j'ai mangé hier ?", '2026-01-13 to 2026-01-14'],
    ["Qu'est-ce que j'ai mangé avant-hier ?", '2026-01-12 to 2026-01-13'],
    ['Qui ai-je vu il y a deux semaines ?', '2025-12-28 to 2026-01-04'],
    ['Où habitions-nous il y a un an ?', '2025-01-01 to 2026-01-01'],
    ["Que s'est-il passé la semaine dernière ?", '2026-01-05 to 2026-01-12'],
    ["Qu'avons-nous fait l'été dernier ?", '2025-06-01 to 2025-09-01'],
    ['Qui ai-je vu vendredi dernier ?', '2026-01-09 to 2026-01-10'],
    ["Qu'est-ce que nous avons fait en mai ?", '5-*'],
    ["Qu'est-ce que j'ai fait le 20 août ?", '8-20'],
    ["Qu'est-ce que j'ai fait le 1er septembre 2023 ?", '2023-09-01 to 2023-09-02'],
    ["Qu'est-ce que j'ai fait le 01/09/2025 ?", '2025-09-01 to 2025-09-02'],
    ['Où étais-je du 3 au 7 mai 2023 ?', '2023-05-03 to 2023-05-08'],
    ["Qu'est-ce qui a changé depuis mars ?", '2025-03-01 to ever'],
    ["Où est-ce que j'ai été en 2023 ?", '2023-01-01 to 2024-01-01'],
  ],
  Spanish: [
    ['¿Qué cené ayer?', '2026-01-13 to 2026-01-14'],
    ['¿Qué cené anteayer?', '2026-01-12 to 2026-01-13'],
    ['¿A quién vi hace tres semanas?', '2025-12-21 to 2025-12-28'],
    ['¿Dónde vivíamos hace dos años?', '2024-01-01 to 2025-01-01'],
    ['¿Qué hicimos la semana pasada?', '2026-01-05 to 2026-01-12'],
    ['¿Qué hicimos el verano pasado?', '2025-06-01 to 2025-09-01'],
    ['¿A quién vi el viernes pasado?', '2026-01-09 to 2026-01-10'],
    ['¿Qué hicimos en mayo?', '5-*'],
    ['¿Qué cené el 20 de agosto de 2023?', '2023-08-20 to 2023-08-21'],
    ['¿Qué cené el 01/09/2025?', '2025-09-01 to 2025-09-02'],
    ['¿Qué ha cambiado desde marzo?', '2025-03-01 to ever'],
    ['¿Qué hicimos entre mayo y junio?', '5-* to 6-*'],
    ['¿Qué hicimos anoche?', '2026-01-13 to 2026-01-14'],
  ],
  Italian: [
    ['Che cosa ho mangiato ieri?', '2026-01-13 to 2026-01-14'],
    ["Che cosa ho mangiato l'altro ieri?", '2026-01-12 to 2026-01-13'],
    ['Chi ho visto due giorni fa?', '2026-01-12 to 2026-01-13'],
    ['Che cosa è successo la settimana scorsa?', '2026-01-05 to 2026-01-12'],
    ['Dove siamo stati a maggio?', '5-*'],
    ['Chi ho visto il 20 agosto 2023?', '2023-08-20 to 2023-08-21'],
    ['Chi ho visto lunedì?', '2026-01-12 to 2026-01-13'],
    ["Dove vivevamo l'anno scorso?", '2025-01-01 to 2026-01-01'],
  ],
  Portuguese: [
    ['O que eu comi ontem?', '2026-01-13 to 2026-01-14'],
    ['O que eu comi anteontem?', '2026-01-12 to 2026-01-13'],
    ['Quem eu encontrei há dois dias?', '2026-01-12 to 2026-01-13'],
    ['O que aconteceu na semana passada?', '2026-01-05 to 2026-01-12'],
    ['O que fizemos em maio?', '5-*'],
    ['O que eu comi no dia 20 de agosto?', '8-20'],
    ['Quem eu encontrei na segunda-feira?', '2026-01-12 to 2026-01-13'],
    ['O que mudou desde março?', '2025-03-01 to ever'],
  ],
  Dutch: [
    ['Wat heb ik gisteren gegeten?', '2026-01-13 to 2026-01-14'],
    ['Wat heb ik eergisteren gegeten?', '2026-01-12 to 2026-01-13'],
    ['Wie heb ik twee weken geleden gezien?', '2025-12-28 to 2026-01-04'],
    ['Wat is er vorige maand gebeurd?', '2025-12-01 to 2026-01-01'],
    ['Wat heb ik op 20 augustus gegeten?', '8-20'],
    ['Wie zag ik afgelopen vrijdag?', '2026-01-09 to 2026-01-10'],
  ],
  Swedish: [
    ['Vad åt jag i går?', '2026-01-13 to 2026-01-14'],
    ['Vad åt jag i förrgår?', '2026-01-12 to 2026-01-13'],
    ['Vem träffade jag för två dagar sedan?', '2026-01-12 to 2026-01-13'],
    ['Vad hände förra veckan?', '2026-01-05 to 2026-01-12'],
    ['Vad gjorde vi i maj?', '5-*'],
    ['Vad gjorde vi i somras?', '2025-06-01 to 2025-09-01'],
    ['Vem träffade jag i måndags?', '2026-01-12 to 2026-01-13'],
    ['Vad åt jag den 20 augusti 2023?', '2023-08-20 to 2023-08-21'],
  ],
  Danish: [
    ['Hvad spiste jeg i går?', '2026-01-13 to 2026-01-14'],
    ['Hvem mødte jeg for to dage siden?', '2026-01-12 to 2026-01-13'],
    ['Hvad skete der sidste uge?', '2026-01-05 to 2026-01-12'],
  ],
  Norwegian: [
    ['Hva spiste jeg i går?', '2026-01-13 to 2026-01-14'],
    ['Hvem møtte jeg for to uker siden?', '2025-12-28 to 2026-01-04'],
    ['Hva skjedde i fjor?', '2025-01-01 to 2026-01-01'],
  ],
  Finnish: [
    ['Mitä söin eilen?', '2026-01-13 to 2026-01-14'],
    ['Kenet tapasin kaksi päivää sitten?', '2026-01-12 to 2026-01-13'],
    ['Mitä tapahtui viime viikolla?', '2026-01-05 to 2026-01-12'],
    ['Mitä teimme toukokuussa?', '5-*'],
  ],
  Hungarian: [
    ['Mit ettem tegnap?', '2026-01-13 to 2026-01-14'],
    ['Kivel találkoztam két nappal ezelőtt?', '2026-01-12 to 2026-01-13'],
  ],
  Romanian: [
    ['Ce am mâncat ieri?', '2026-01-13 to 2026-01-14'],
    ['Ce am mâncat alaltăieri?', '2026-01-12 to 2026-01-13'],
    ['Pe cine am văzut acum două săptămâni?', '2025-12-28 to 2026-01-04'],
  ],
  Turkish: [
    ['Dün ne yedim?', '2026-01-13 to 2026-01-14'],
    ['İki gün önce kiminle görüştüm?', '2026-01-12 to 2026-01-13'],
    ['Geçen hafta ne oldu?', '2026-01-05 to 2026-01-12'],
    ['Mayısta ne yaptık?', '5-*'],
    ['20 Ağustos 2023’te ne yedim?', '2023-08-20 to 2023-08-21'],
  ],
  Indonesian: [
    ['Apa yang saya makan kemarin?', '2026-01-13 to 2026-01-14'],
    ['Siapa yang saya temui dua hari yang lalu?', '2026-01-12 to 2026-01-13'],
    ['Apa yang terjadi minggu lalu?', '2026-01-05 to 2026-01-12'],
    ['Apa yang kita lakukan pada bulan Mei?', '5-*'],
    ['Apa yang saya makan pada 20 Agustus?', '8-20'],
  ],
  Vietnamese: [
    ['Hôm qua tôi đã ăn gì?', '2026-01-13 to 2026-01-14'],
    ['Hôm kia tôi đã ăn gì?', '2026-01-12 to 2026-01-13'],
    ['Hai tuần trước tôi đã gặp ai?', '2025-12-28 to 2026-01-04'],
    ['Tuần trước có chuyện gì?', '2026-01-05 to 2026-01-12'],
    ['Tháng 5 chúng tôi đã làm gì?', '5-*'],
    ['Ngày 20 tháng 8 năm 2023 tôi đã ăn gì?', '2023-08-20 to 2023-08-21'],
  ],
  Polish: [
    ['Co jadłem wczoraj?', '2026-01-13 to 2026-01-14'],
    ['Co jadłem przedwczoraj?', '2026-01-12 to 2026-01-13'],
    ['Kogo spotkałem dwa tygodnie temu?', '2025-12-28 to 2026-01-04'],
    ['Co się działo w zeszłym miesiącu?', '2025-12-01 to 2026-01-01'],
    ['Co robiliśmy zeszłego lata?', '2025-06-01 to 2025-09-01'],
    ['Co robiliśmy w maju?', '5-*'],
    ['Co jadłem 20 sierpnia 2023?', '2023-08-20 to 2023-08-21'],
    ['Co się zmieniło od marca?', '2025-03-01 to ever'],
  ],
  Czech: [
    ['Co jsem jedl včera?', '2026-01-13 to 2026-01-14'],
    ['Co jsem jedl předevčírem?', '2026-01-12 to 2026-01-13'],
    ['Koho jsem potkal před dvěma dny?', '2026-01-12 to 2026-01-13'],
    ['Co jsme dělali v květnu?', '5-*'],
  ],
  Russian: [
    ['Что я ел вчера?', '2026-01-13 to 2026-01-14'],
    ['Что я ел позавчера?', '2026-01-12 to 2026-01-13'],
    ['Кого я встретил два дня назад?', '2026-01-12 to 2026-01-13'],
    ['Где мы жили год назад?', '2025-01-01 to 2026-01-01'],
    ['Что было на прошлой неделе?', '2026-01-05 to 2026-01-12'],
    ['Что мы делали прошлым летом?', '2025-06-01 to 2025-09-01'],
    ['Кого я встретил в прошлую среду?', '2026-01-07 to 2026-01-08'],
    ['Что мы делали в мае?', '5-*'],
    ['Что мы делали 20 августа 2023 года?', '2023-08-20 to 2023-08-21'],
    ['Что я ел 01.09.2025?', '2025-09-01 to 2025-09-02'],
    ['Что изменилось с марта?', '2025-03-01 to ever'],
    ['Где я был с 3 по 7 мая?', '5-3 to 5-7'],
    ['Что было за последние три дня?', '2026-01-11 to 2026-01-15'],
    ['Где мы были в 2023 году?', '2023-01-01 to 2024-01-01'],
  ],
  Ukrainian: [
    ['Що я їв учора?', '2026-01-13 to 2026-01-14'],
    ['Що я їв позавчора?', '2026-01-12 to 2026-01-13'],
    ['Кого я зустрів два дні тому?', '2026-01-12 to 2026-01-13'],
    ['Що було минулого тижня?', '2026-01-05 to 2026-01-12'],
    ['Що ми робили у травні?', '5-*'],
    ['Що я їв 20 серпня?', '8-20'],
    ["Кого я зустрів у п'ятницю?", '2026-01-09 to 2026-01-10'],
  ],
  Greek: [
    ['Τι έφαγα χθες;', '2026-01-13 to 2026-01-14'],
    ['Τι έφαγα προχθές;', '2026-01-12 to 2026-01-13'],
    ['Ποιον είδα πριν από δύο εβδομάδες;', '2025-12-28 to 2026-01-04'],
    ['Τι κάναμε τον Μάιο;', '5-*'],
  ],
  Arabic: [
    ['ماذا أكلت أمس؟', '2026-01-13 to 2026-01-14'],
    ['ماذا أكلت أول أمس؟', '2026-01-12 to 2026-01-13'],
    ['من قابلت قبل يومين؟', '2026-01-12 to 2026-01-13'],
    ['من قابلت قبل ثلاثة أسابيع؟', '2025-12-21 to 2025-12-28'],
    ['ماذا حدث الأسبوع الماضي؟', '2026-01-05 to 2026-01-12'],
    ['أين كنا الصيف الماضي؟', '2025-06-01 to 2025-09-01'],
    ['ماذا فعلنا في مايو؟', '5-*'],
    ['ماذا أكلت يوم ٢٠ أغسطس ٢٠٢٣؟', '2023-08-20 to 2023-08-21'],
    ['ماذا تغير منذ مارس؟', '2025-03-01 to ever'],
  ],
  Hebrew: [
    ['מה אכלתי אתמול?', '2026-01-13 to 2026-01-14'],
    ['מה אכלתי שלשום?', '2026-01-12 to 2026-01-13'],
    ['את מי פגשתי לפני שבועיים?', '2025-12-28 to 2026-01-04'],
    ['מה קרה בשנה שעברה?', '2025-01-01 to 2026-01-01'],
    ['מה עשינו במאי?', '5-*'],
  ],
  Hindi: [
    ['मैंने कल क्या खाया?', '2026-01-13 to 2026-01-14'],
    ['मैंने परसों क्या खाया?', '2026-01-12 to 2026-01-13'],
    ['मैं दो हफ्ते पहले किससे मिला?', '2025-12-28 to 2026-01-04'],
    ['पिछले महीने क्या हुआ?', '2025-12-01 to 2026-01-01'],
    ['हमने मई में क्या किया?', '5-*'],
    ['मैंने २० अगस्त को क्या खाया?', '8-20'],
    ['मार्च से क्या बदला है?', '2025-03-01 to ever'],
  ],
  Thai: [
    ['เมื่อวานฉันกินอะไร', '2026-01-13 to 2026-01-14'],
    ['เมื่อวานซืนฉันกินอะไร', '2026-01-12 to 2026-01-13'],
    ['สองวันก่อนฉันเจอใคร', '2026-01-12 to 2026-01-13'],
    ['เดือนที่แล้วเกิดอะไรขึ้น', '2025-12-01 to 2026-01-01'],
    ['เราทำอะไรในเดือนพฤษภาคม', '5-*'],
    ['วันที่ 20 สิงหาคม 2566 ฉันกินอะไร', '2023-08-20 to 2023-08-21'],
    ['อะไรเปลี่ยนไปตั้งแต่เดือนมีนาคม', '2025-03-01 to ever'],
  ],
  Korean: [
    ['어제 저녁에 뭐 먹었지?', '2026-01-13 to 2026-01-14'],
    ['그저께 저녁에 뭐 먹었지?', '2026-01-12 to 2026-01-13'],
    ['이틀 전에 누구를 만났지?', '2026-01-12 to 2026-01-13'],
    ['3주 전에 누구를 만났지?', '2025-12-21 to 2025-12-28'],
    ['지난주에 무슨 일이 있었지?', '2026-01-05 to 2026-01-12'],
    ['지난 금요일에 누구를 만났지?', '2026-01-09 to 2026-01-10'],
    ['5월에 우리는 뭘 했지?', '5-*'],
    ['2023년 8월 20일에 뭐 먹었지?', '2023-08-20 to 2023-08-21'],
    ['작년 여름에 어디 갔었지?', '2025-06-01 to 2025-09-01'],
    ['3월부터 뭐가 바뀌었지?', '2025-03-01 to ever'],
    ['3월부터 5월까지 어디에 있었지?', '3-* to 5-*'],
  ],
  Japanese: [
    ['昨日の夕食は何でしたか？', '2026-01-13 to 2026-01-14'],
    ['おとといの夕食は何でしたか？', '2026-01-12 to 2026-01-13'],
    ['二日前に誰に会った？', '2026-01-12 to 2026-01-13'],
    ['3週間前に誰に会った？', '2025-12-21 to 2025-12-28'],
    ['先週何があった？', '2026-01-05 to 2026-01-12'],
    ['先週の金曜日に誰に会った？', '2026-01-09 to 2026-01-10'],
    ['去年の夏どこに行った？', '2025-06-01 to 2025-09-01'],
    ['5月に何をした？', '5-*'],
    ['2023年8月20日に何を食べた？', '2023-08-20 to 2023-08-21'],
    ['3月から何が変わった？', '2025-03-01 to ever'],
    ['3月から5月までどこにいた？', '3-* to 5-*'],
  ],
  Chinese: [
    ['昨天晚饭吃了什么？', '2026-01-13 to 2026-01-14'],
    ['前天晚饭吃了什么？', '2026-01-12 to 2026-01-13'],
    ['两天前我见了谁？', '2026-01-12 to 2026-01-13'],
    ['三周前我见了谁？', '2025-12-21 to 2025-12-28'],
    ['上周发生了什么？', '2026-01-05 to 2026-01-12'],
    ['上周五我见了谁？', '2026-01-09 to 2026-01-10'],
    ['上個月我見了誰？', '2025-12-01 to 2026-01-01'],
    ['去年夏天我们去了哪里？', '2025-06-01 to 2025-09-01'],
    ['五月我们做了什么？', '5-*'],
    ['2023年8月20日吃了什么？', '2023-08-20 to 2023-08-21'],
    ['八月二十日吃了什么？', '8-20'],
    ['从三月到五月我在哪里？', '3-* to 5-*'],
    ['过去三天发生了什么？', '2026-01-11 to 2026-01-15'],
  ],
};

for (const [language, questions] of Object.entries(QUESTIONS)) {
  describe(`a question in ${language} names its times on a Wednesday in January:`, () => {
    test.each(questions.map(([question, times]) => [question, times] as const))('%s', (question, times) => {
      expect(shown(question)).toBe(times);
    });
  });
}

describe('no time is', () => {
  test.each([
    // a name
    'Что сказала Марта?',
    'Wo wohnt August?',
    'Où est Mars ?',
    // not the word for yesterday
    'Ist das hier gut?',
    // a number, a price, a version, an hour
    'Habe ich 2 Hunde?',
    'Kostet das 3.50 Euro?',
    'Wie installiere ich 1.2.3?',
    'Ist es schon 2 Uhr?',
    'Habe ich 2023 Euro bezahlt?',
    // a season or a month in other words
    "Qu'est-ce que j'ai été surpris de voir ?",
    'Wie heißt meine Maiglöckchenallergie?',
    // "since" and "from" without a time
    'Seit wann habe ich Hunger?',
    'Von wem ist das Buch?',
    // the last without a unit, a unit without the last
    'Wer war der letzte Gast?',
    'Wie war der letzte Tag?',
    '我喜欢吃什么？',
    '三个人来了吗？',
    '私の名前は何ですか？',
    '제 이름이 뭐예요?',
    'ما اسم أختي؟',
    'मेरा नाम क्या है?',
    'ฉันชื่ออะไร',
    '99999999999999999999 昨',
  ])('in %j', (question) => {
    expect(shown(question)).toBe('');
  });
});

test('the digits and the accents that one writes do not matter', () => {
  expect(shown('ماذا فعلنا في 20 أغسطس؟')).toBe(shown('ماذا فعلنا في ٢٠ اغسطس؟'));
  expect(shown('¿Que cené hace dos dias?')).toBe('2026-01-12 to 2026-01-13');
  expect(shown('Was war am ２０. August?')).toBe('8-20');
});

test('a word for a day is read in a text whose language nothing else tells', () => {
  expect(['Abendessen gestern', 'cena ayer', 'kolacja wczoraj', 'jantar ontem'].map(shown)).toEqual(
    Array.from({ length: 4 }, () => '2026-01-13 to 2026-01-14'),
  );
});

test('a question names eight times at the most', () => {
  expect(timesNamedIn('昨天'.repeat(100), NOW)).toHaveLength(8);
});

test('the days are those of the clocks there', () => {
  const [span] = timesNamedIn('Was gab es gestern?', Date.parse('2026-09-03T05:30:00Z'), -7 * 3_600_000);
  expect(span).toEqual({ from: Date.parse('2026-09-01T07:00:00Z'), to: Date.parse('2026-09-02T07:00:00Z') });
});
