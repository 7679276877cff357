import type { WordLists } from '../word-lists.ts';

export const greek: WordLists = {
  locale: 'el',
  numbers: 'ένα|μία|μια|έναν δύο|δυο τρεις|τρία τέσσερις|τέσσερα πέντε έξι επτά|εφτά οκτώ|οχτώ εννέα|εννιά δέκα',
  units: {
    day: 'μέρα μέρες ημέρα ημέρες',
    week: 'εβδομάδα εβδομάδες',
    month: 'μήνα μήνες',
    year: 'χρόνο χρόνια έτος έτη',
  },
  before: 'πριν πριν_από',
  months: 'ιανουάριο φεβρουάριο μάρτιο απρίλιο μάιο ιούνιο ιούλιο αύγουστο σεπτέμβριο οκτώβριο νοέμβριο δεκέμβριο',
  spans: { 'week 1': 'την_περασμένη_εβδομάδα', 'month 1': 'τον_περασμένο_μήνα' },
  in: 'τον',
};

export const finnish: WordLists = {
  locale: 'fi',
  numbers: 'yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen',
  units: { day: 'päivä päivää', week: 'viikko viikkoa', month: 'kuukausi kuukautta', year: 'vuosi vuotta' },
  after: 'sitten',
  days: { 2: 'toissapäivänä' },
  weekdays: 'maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina',
  inMonths:
    'tammikuussa helmikuussa maaliskuussa huhtikuussa toukokuussa kesäkuussa heinäkuussa elokuussa syyskuussa lokakuussa marraskuussa joulukuussa',
};

export const hungarian: WordLists = {
  locale: 'hu',
  numbers: 'egy két három négy öt hat hét nyolc kilenc tíz',
  units: { day: 'nappal napja', week: 'héttel hete', month: 'hónappal hónapja', year: 'évvel éve' },
  after: 'ezelőtt',
  spans: { 'week 1': 'múlt_héten', 'month 1': 'múlt_hónapban', 'year 1': 'tavaly' },
  weekdays: 'hétfőn kedden szerdán csütörtökön pénteken szombaton vasárnap',
  inMonths:
    'januárban februárban márciusban áprilisban májusban júniusban júliusban augusztusban szeptemberben októberben novemberben decemberben',
  dayAfter: '. -',
};
