import type { AskingWords } from './asking-words.ts';

export const german: AskingWords = {
  time: /(?<!\p{L})(?:wann|welche[smnr]? (?:jahr|monat|tag|datum|woche)|wie lange|(?:um )?wie ?viel uhr)(?!\p{L})/iu,
  number: /(?<!\p{L})(?:wie (?:viele?n?|oft|alt|teuer|hoch|groß|schwer|weit)|wieviele?|was kostete?n?)(?!\p{L})/iu,
  name: /(?<!\p{L})(?:wer|wen|wem|wessen|wo|wohin|woher|welche[rsnm]?(?! (?:jahr|monat|tag|datum|woche))|wie hei(?:ß|ss)(?:t|en|e|est)?|wie lautet (?:der|die|das)|name)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:ich|mich|mir|mein(?:e[rsnm]?)?|wir|uns|unser(?:e[rsnm]?)?)(?!\p{L})/iu,
  other:
    /(?<!\p{L})(?:[Dd](?:u|ich|ir|ein(?:e[rsnm]?)?)|[Ee]u(?:ch|er|re[rsnm]?))(?!\p{L})|(?<=\p{L} )(?:Sie|Ihnen)(?!\p{L})/u,
  now: /(?<!\p{L})(?:jetzt|derzeit(?:ige[rsnm]?)?|momentan|zurzeit|zur zeit|aktuell(?:e[rsnm]?)?|immer noch|noch immer|mittlerweile|inzwischen|heutzutage|heute|gegenwärtig|im moment|neueste[rsnm]?|zuletzt)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:früher(?:e[rsnm]?)?|wann|war(?:en|st|t)?|hatte(?:n|st|t)?|wurde(?:n|st|t)?|damals|ursprünglich(?:e[rsnm]?)?|zuerst|anfangs|am anfang|vorher|zuvor|einst|ehemalige[rsnm]?|vorige[rsnm]?|mein(?:e[rsnm]?)? (?:erste|alte)[rsnm]?|(?:das|zum) erste[ns]? mal|letzte[rsnm]? (?:jahr|monat|woche|frühling|sommer|herbst|winter))(?!\p{L})/iu,
  tellsNumber:
    /(?<!\p{L})(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend|(?:ein|zwei|drei)mal|mehrere[rnm]?|ein paar)(?!\p{L})/iu,
};

export const dutch: AskingWords = {
  time: /(?<!\p{L})(?:wanneer|welke? (?:jaar|maand|dag|datum|week)|hoe laat|hoe ?lang)(?!\p{L})/iu,
  number: /(?<!\p{L})(?:hoe ?veel|hoe (?:vaak|oud))(?!\p{L})/iu,
  name: /(?<!\p{L})(?:wie|waar|waarheen|welke?(?! (?:jaar|maand|dag|datum|week))|hoe heet(?:te|ten|en)?|naam)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:ik|mij|me|mijn|wij|we|ons|onze)(?!\p{L})/iu,
  other: /(?<!\p{L})(?:jij|je|jou|jouw|jullie|u|uw)(?!\p{L})/iu,
  now: /(?<!\p{L})(?:nu|momenteel|tegenwoordig|vandaag|nog steeds|huidige?|op dit moment)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:vroeger|wanneer|was|waren|had|hadden|werd|werden|destijds|oorspronkelijke?|aanvankelijk|voorheen|eerder|in het begin|mijn eerste|vorige? (?:jaar|maand|week|zomer|winter))(?!\p{L})/iu,
  tellsNumber:
    /(?<!\p{L})(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|twintig|honderd|duizend|eenmaal|tweemaal|meerdere|een paar)(?!\p{L})/iu,
};

export const swedish: AskingWords = {
  time: /(?<!\p{L})(?:när|vilket (?:år|datum)|vilken (?:dag|månad|vecka|tid)|hur länge|hur dags)(?!\p{L})/iu,
  number: /(?<!\p{L})hur (?:många|mycket|ofta|gammal|gamla|gammalt)(?!\p{L})/iu,
  name: /^var(?!\p{L})|(?<!\p{L})(?:vem|vems|vilka|vart|vilken(?! (?:dag|månad|vecka|tid))|vilket(?! (?:år|datum))|vad heter|namn)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:jag|mig|mej|min|mitt|mina|vi|oss|vår|vårt|våra)(?!\p{L})/iu,
  other: /(?<!\p{L})(?:du|dig|dej|din|ditt|dina|ni)(?!\p{L})/iu,
  now: /(?<!\p{L})(?:nu|nuvarande|för närvarande|i ?dag|fortfarande|numera|senaste)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:förut|när|hade|blev|tidigare|ursprungligen|från början|på den tiden|förr|brukade|(?:min|mitt|mina) första|förra (?:året|månaden|veckan|sommaren|vintern)|i fjol)(?!\p{L})/iu,
  tellsNumber:
    /(?<!\p{L})(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tjugo|hundra|tusen|flera|ett par)(?!\p{L})/iu,
};

/** Danish, and Norwegian where it differs. */
export const danish: AskingWords = {
  time: /(?<!\p{L})(?:hvornår|når|hvilket år|hvilken (?:dag|dato|måned|uge|uke)|hvor l[æe]nge)(?!\p{L})/iu,
  number: /(?<!\p{L})hvor (?:mange|meget|mye|ofte|gammel|gamle|gammelt)(?!\p{L})/iu,
  name: /(?<!\p{L})(?:hvem|hvor(?! (?:mange|meget|mye|ofte|gammel|gamle|gammelt|l[æe]nge))|hvilke[nt]?(?! (?:år|dag|dato|måned|uge|uke))|hvad hedder|hva heter|navn(?:et)?)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:jeg|mig|meg|min|mit|mitt|mine|vi|os|oss|vores|vår|vårt|våre)(?!\p{L})/iu,
  other: /(?<!\p{L})(?:du|dig|deg|din|dit|ditt|dine|dere|jeres)(?!\p{L})/iu,
  now: /(?<!\p{L})(?:nu|nå|nuværende|nåværende|i øjeblikket|for tiden|i dag|stadig|fortsatt|fremdeles)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:tidligere|hvornår|når|var|havde|hadde|blev|ble|oprindeligt?|opprinnelig|dengang|den gang|i begynn?elsen|plejede|pleide|(?:min|mit|mitt|mine) første|(?:sidste|forrige) (?:år|måned|uge|uke)|i fjor)(?!\p{L})/iu,
  tellsNumber:
    /(?<!\p{L})(?:to|tre|fire|fem|seks|syv|sju|otte|åtte|ni|ti|elleve|tolv|tyve|tjue|hundrede?|tusind|tusen|flere|et par)(?!\p{L})/iu,
};
