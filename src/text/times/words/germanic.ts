import type { WordLists } from '../word-lists.ts';

const PARTS_OF_DAY = ['morgen', 'vormittag', 'mittag', 'nachmittag', 'abend', 'nacht'];

/** "Dienstagabend" is one word. */
const withPartsOfDay = (weekdays: string): string =>
  weekdays
    .split(' ')
    .map((day) => [day, ...PARTS_OF_DAY.map((part) => day + part)].join('|'))
    .join(' ');

export const german: WordLists = {
  locale: 'de',
  ordinals: 'erste|ersten|erster zweite|zweiten dritte|dritten vierte|vierten',
  numbers: 'ein|eine|einem|einer|einen zwei drei vier fünf sechs sieben acht neun zehn elf zwölf',
  units: {
    day: 'tag tage tagen',
    week: 'woche wochen',
    weekend: 'wochenende',
    month: 'monat monate monaten monats',
    year: 'jahr jahre jahren jahres',
  },
  last: 'letzte letzten letztes letzter letztem vorige vorigen voriges voriger vorigem vergangene vergangenen vergangenes vergangener vergangenem',
  this: 'diese diesen dieses dieser diesem',
  next: 'nächste nächsten nächstes nächster nächstem kommende kommenden kommendes kommender',
  before: 'vor',
  days: { 1: 'letzte_nacht' },
  months: 'jänner|jaenner - maerz',
  weekdays: withPartsOfDay('montag dienstag mittwoch donnerstag freitag samstag sonntag'),
  seasons: 'frühling|frühjahr sommer herbst winter',
  in: 'im in am',
  since: 'seit',
  from: 'vom von zwischen',
  to: 'bis bis_zum',
  and: 'und',
  of: 'des der dem den vom von',
};

export const dutch: WordLists = {
  locale: 'nl',
  ordinals: 'eerste tweede derde vierde',
  numbers: 'een twee drie vier vijf zes zeven acht negen tien elf twaalf',
  units: { day: 'dag dagen', week: 'week weken', weekend: 'weekend', month: 'maand maanden', year: 'jaar jaren' },
  last: 'vorige vorig afgelopen laatste',
  this: 'deze dit',
  next: 'volgende volgend komende komend',
  after: 'geleden',
  days: { 1: 'gisteravond gisterenavond gisternacht gistermiddag gisterochtend' },
  seasons: 'lente|voorjaar zomer herfst|najaar winter',
  in: 'in op',
  since: 'sinds',
  from: 'van tussen',
  to: 'tot',
  and: 'en',
  of: 'van de het',
};

export const swedish: WordLists = {
  locale: 'sv',
  numbers: 'en|ett två tre fyra fem sex sju åtta nio tio elva tolv',
  units: {
    day: 'dag dagar dagarna',
    week: 'vecka veckor veckan veckorna',
    weekend: 'helg helgen',
    month: 'månad månader månaden månaderna',
    year: 'år året åren',
  },
  last: 'förra senaste',
  this: 'denna den_här det_här detta',
  next: 'nästa',
  after: 'sedan sen',
  days: { 0: 'idag', 1: 'igår', 2: 'i_förrgår' },
  spans: { 'year 1': 'i_fjol' },
  weekdays:
    'måndag|måndags|måndagen tisdag|tisdags|tisdagen onsdag|onsdags|onsdagen torsdag|torsdags|torsdagen fredag|fredags|fredagen lördag|lördags|lördagen söndag|söndags|söndagen',
  seasons: 'våren|våras sommar|sommaren|somras höst|hösten|höstas vintern|vintras',
  in: 'i på under',
  since: 'sedan',
  from: 'från mellan',
  to: 'till',
  and: 'och',
  of: 'den',
};

export const danish: WordLists = {
  locale: 'da',
  numbers: 'en|et to tre fire fem seks syv otte ni ti elleve tolv',
  units: {
    day: 'dag dage dagene',
    week: 'uge uger ugen',
    weekend: 'weekend weekenden',
    month: 'måned måneder måneden',
    year: 'år året',
  },
  last: 'sidste forrige',
  this: 'denne dette',
  next: 'næste',
  after: 'siden',
  days: { 1: 'igår aftes', 0: 'idag' },
  weekdays:
    'mandag|mandags|mandagen tirsdag|tirsdags onsdag|onsdags torsdag|torsdags fredag|fredags lørdag|lørdags søndag|søndags',
  seasons: 'forår|foråret sommer|sommeren|sommers efterår|efteråret vinter|vinteren',
  in: 'i på om',
  since: 'siden',
  from: 'fra mellem',
  to: 'til',
  and: 'og',
  of: 'den',
};

export const norwegian: WordLists = {
  ...danish,
  locale: 'nb',
  numbers: 'en|ett|et to tre fire fem seks sju|syv åtte ni ti elleve tolv',
  units: {
    day: 'dag dager dagene døgn',
    week: 'uke uker uken uka',
    weekend: 'helg helgen helga',
    month: 'måned måneder måneden',
    year: 'år året',
  },
  last: 'forrige sist siste',
  next: 'neste',
  days: { 0: 'idag', 1: 'igår' },
  seasons: 'våren sommer|sommeren høst|høsten vinter|vinteren',
  from: 'fra mellom',
};

/** Of ranges, which chrono-node reads as two times, or not at all. */
export const english: WordLists = {
  locale: 'en',
  isMonthFirst: true,
  numbers: 'one two three four five six seven eight nine ten eleven twelve',
  ordinals: 'first second third fourth',
  units: { week: 'week', month: 'month', year: 'year' },
  last: 'last',
  this: 'this',
  days: {},
  in: 'in of during by',
  from: 'from between',
  to: 'to until till through',
  and: 'and',
  of: 'the of on',
};
