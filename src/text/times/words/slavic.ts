import type { WordLists } from '../word-lists.ts';

export const russian: WordLists = {
  locale: 'ru',
  ordinals: 'первую|первой вторую|второй третью|третьей четвёртую|четвёртой',
  numbers:
    'один|одну|одна два|две|двух три|трёх четыре|четырёх пять шесть семь восемь девять десять одиннадцать двенадцать',
  units: {
    day: 'день дня дней дни',
    week: 'неделя неделю недели недель неделе',
    weekend: 'выходные выходных',
    month: 'месяц месяца месяцев месяце',
    year: 'год года лет году',
  },
  last: 'прошлый прошлой прошлом прошлую прошлое прошлым прошлых прошлого прошлые последние последних',
  this: 'этот этой этом эту этого этим',
  next: 'следующий следующей следующем следующую следующего будущем',
  after: 'назад тому_назад',
  days: { 1: 'прошлой_ночью' },
  spans: { 'year 2': 'в_позапрошлом_году', 'week 2': 'на_позапрошлой_неделе', 'month 2': 'в_позапрошлом_месяце' },
  weekdays:
    'понедельник|понедельника вторник|вторника среду|среды четверг|четверга пятницу|пятницы субботу|субботы воскресенье|воскресенья',
  months: 'январем февралем мартом апрелем маем июнем июлем августом сентябрем октябрем ноябрем декабрем',
  inMonths: 'январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре',
  seasons: 'весну|весны|весне лето|лета|лете осень|осени зиму|зимы|зиме',
  inSeasons: 'весной летом осенью зимой',
  in: 'в',
  since: 'с со',
  from: 'с со между',
  to: 'по до',
  and: 'и',
  of: 'г',
};

export const ukrainian: WordLists = {
  locale: 'uk',
  numbers: "один|одну|одна два|дві три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять",
  units: {
    day: 'день дні днів дня',
    week: 'тиждень тижні тижнів тижня',
    weekend: 'вихідні вихідних',
    month: 'місяць місяці місяців місяця',
    year: 'рік роки років року році',
  },
  last: 'минулий минулого минулій минулу минулої минулому минулим минулі останні останніх',
  this: 'цей цього цьому цю цієї цій',
  next: 'наступний наступного наступної наступній наступну наступному',
  after: 'тому',
  days: { 1: 'вчора' },
  weekdays:
    "понеділок|понеділка вівторок|вівторка середу|середи четвер|четверга п'ятницю|п'ятниці суботу|суботи неділю|неділі",
  months: 'січнем лютим березнем квітнем травнем червнем липнем серпнем вереснем жовтнем листопадом груднем',
  inMonths: 'січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні',
  seasons: 'весну|весни літо|літа осінь|осені зиму|зими',
  inSeasons: 'навесні влітку восени взимку',
  in: 'у в',
  since: 'з із',
  from: 'з із між',
  to: 'по до',
  and: 'і та й',
  of: 'р',
};

export const polish: WordLists = {
  locale: 'pl',
  numbers: 'jeden|jedną dwa|dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście',
  units: {
    day: 'dzień dni dnia',
    week: 'tydzień tygodnie tygodni tygodnia tygodniu',
    weekend: 'weekend weekendu',
    month: 'miesiąc miesiące miesięcy miesiąca miesiącu',
    year: 'rok lata lat roku',
  },
  last: 'zeszły zeszłym zeszłego zeszłej zeszłą ubiegły ubiegłym ubiegłego ubiegłej ubiegłą poprzedni poprzednim poprzednią ostatni ostatnim ostatnią ostatnie ostatnich',
  this: 'ten tym tego tej',
  next: 'przyszły przyszłym przyszłego przyszłej następny następnym',
  after: 'temu',
  days: { 0: 'dziś' },
  weekdays:
    'poniedziałek|poniedziałku wtorek|wtorku środę|środy czwartek|czwartku piątek|piątku sobotę|soboty niedzielę|niedzieli',
  months:
    'styczniem lutym marcem kwietniem majem czerwcem lipcem sierpniem wrześniem październikiem listopadem grudniem',
  inMonths: 'styczniu lutym marcu kwietniu maju czerwcu lipcu sierpniu wrześniu październiku listopadzie grudniu',
  seasons: 'wiosnę|wiosny lato|lata jesień|jesieni zimę|zimy',
  inSeasons: 'wiosną latem jesienią zimą',
  in: 'w we',
  since: 'od',
  from: 'od między pomiędzy',
  to: 'do',
  and: 'a i',
  of: 'r',
};

export const czech: WordLists = {
  locale: 'cs',
  numbers: 'jedním|jednou dvěma třemi čtyřmi pěti šesti sedmi osmi devíti deseti',
  units: { day: 'dnem dny', week: 'týdnem týdny týden', month: 'měsícem měsíci měsíc', year: 'rokem lety roky rok' },
  last: 'minulý minulou minulém minulého',
  this: 'tento tomto tuto',
  before: 'před',
  weekdays: 'pondělí úterý středu čtvrtek pátek sobotu neděli',
  inMonths: 'lednu únoru březnu dubnu květnu červnu červenci srpnu - říjnu listopadu prosinci',
  in: 'v ve',
  since: 'od',
  from: 'od mezi',
  to: 'do',
  and: 'a',
};
