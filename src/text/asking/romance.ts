import type { AskingWords } from './asking-words.ts';

export const french: AskingWords = {
  time: /(?<!\p{L})(?:quand|quelles? (?:années?|dates?|heures?)|quel (?:jour|mois|an)|combien de temps)(?!\p{L})/iu,
  number: /(?<!\p{L})(?:combien|quel âge|à quelle fréquence)(?!\p{L})/iu,
  name: /(?<!\p{L})(?:(?<!est-ce )qui|où|quel(?:le)?s?(?! (?:âge|années?|dates?|heures?|jour|mois|an)(?!\p{L}))|lequel|laquelle|comment s['’]appel\p{L}+|nom)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:je|me|moi|mon|ma|mes|mien(?:ne)?s?|nous|notre|nos)(?!['’\p{L}])|(?<!\p{L})[jm]['’]\p{L}/iu,
  other: /(?<!\p{L})(?:tu|te|toi|ton|ta|tes|tien(?:ne)?s?|vous|votre|vos)(?!['’\p{L}])|(?<!\p{L})t['’]\p{L}/iu,
  now: /(?<!\p{L})(?:maintenant|actuel(?:le)?(?:ment|s)?|en ce moment|aujourd['’]hui|désormais|à présent|ces temps-ci|dernier en date)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:auparavant|quand|étai(?:s|t|ent)|avai(?:s|t|ent)|fut|autrefois|jadis|à l['’]époque|initialement|à l['’]origine|au début|précédemment|précédente?s?|ancien(?:ne)?s?|(?:mon|ma|mes|notre|nos) premi(?:er|ère)s?|la première fois|(?:semaine|année|an|mois|été|hiver|printemps|automne) derni(?:er|ère))(?!\p{L})|(?<!\p{L})avant(?= ?(?:[?.!,]|$))/iu,
  tellsNumber:
    /(?<!\p{L})(?:deux|trois|quatre|cinq|six|sept|huit|dix|onze|douze|quinze|vingt|trente|cent|mille|plusieurs|une fois)(?!\p{L})/iu,
};

export const spanish: AskingWords = {
  time: /(?<!\p{L})(?:cuándo|qué (?:año|mes|día|fecha|hora)|cuánto tiempo)(?!\p{L})|^¿?cuando(?!\p{L})/iu,
  number: /(?<!\p{L})(?:cuánt[oa]s?|qué edad|con qué frecuencia)(?!\p{L})/iu,
  name: /(?<!\p{L})(?:quién(?:es)?|a?dónde|cuál(?:es)?|cómo se llama\p{L}{0,2}|nombre)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:yo|mí|mis?|me|mío|mía|míos|mías|conmigo|nosotr[oa]s|nos|nuestr[oa]s?|tengo|soy|estoy|vivo|voy|hago|puedo|quiero|necesito|prefiero|debo|creo|pienso|conozco|hice|tuve|estuve|dije|puse|pude|quise|vine|traje|he (?!aquí)\p{L}+(?:ado|ido|cho|to|sto))(?!\p{L})|(?<!\p{L})(?!(?:caf|beb|jos|andr|ren|salom|qu|porqu|comit|chal|pat|pur|buf|canap|clich|est|carn)é)\p{L}{2,20}é(?!\p{L})/iu,
  other:
    /(?<!\p{L})(?:tú|te|ti|tus?|contigo|ustedes|usted|vosotr[oa]s|vuestr[oa]s?|dijiste|recomendaste|contaste|sugeriste|mencionaste|hablaste|diste|recomiendas|sugieres|puedes|podrías|sabes|recuerdas|has)(?!\p{L})/iu,
  now: /(?<!\p{L})(?:ahora|actual(?:mente|es)?|hoy|todavía|aún|últimamente|en este momento|ya no)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:antes(?! de)|antiguamente|cuándo|eran?|fue|fueron|estaban?|habían?|tenían?|hubo|anteriormente|anterior(?:es)?|originalmente|al principio|inicialmente|en aquel entonces|antigu[oa]s?|(?:mi|mis|nuestr[oa]) primer[oa]?s?|primera vez|(?:año|mes|semana|verano|invierno|otoño|primavera) pasad[oa]|solía(?:s|mos|n)?)(?!\p{L})/iu,
  tellsNumber:
    /(?<!\p{L})(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cien|cientos?|mil|una vez|varios|varias|un par)(?!\p{L})/iu,
};

export const italian: AskingWords = {
  time: /(?<!\p{L})(?:quando|(?:che|quale) (?:anno|mese|giorno|data|ora)|quanto tempo)(?!\p{L})/iu,
  number: /(?<!\p{L})(?:quant[oiae]|ogni quanto)(?!\p{L})/iu,
  name: /(?<!\p{L})(?:chi|dove|dov['’]è|qual[ei]?(?! (?:anno|mese|giorno|data|ora))|come si chiama(?:no|va)?|nome)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:io|mi|me|mio|mia|miei|mie|noi|nostr[oaie]|ho|avevo|ero|faccio|devo|posso|voglio|abito|preferisco|vivevo|abitavo|facevo|volevo|andavo)(?!\p{L})/iu,
  other: /(?<!\p{L})(?:tu|ti|te|tuo|tua|tuoi|tue|hai|voi|vostr[oaie]|puoi|potresti|sai|ricordi)(?!\p{L})/iu,
  now: /(?<!\p{L})(?:adesso|(?<!che )ora(?! (?:è|e) )|attual(?:e|i|mente)|oggi|ancora|al momento|in questo momento|ormai)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:prima(?! (?:di|che|d['’]|del|della|volta))|quando|era|erano|fu|aveva|avevano|stava|precedentemente|precedent[ei]|in passato|originariamente|all['’]inizio|inizialmente|un tempo|(?:mio|mia|nostr[oa]) prim[oa]|la prima volta|(?:anno|mese|settimana|estate|inverno) scors[oa])(?!\p{L})/iu,
  tellsNumber:
    /(?<!\p{L})(?:due|tre|quattro|cinque|sette|otto|nove|dieci|undici|dodici|venti|trenta|cento|mille|una volta|diversi|diverse|un paio)(?!\p{L})/iu,
};

export const portuguese: AskingWords = {
  time: /(?<!\p{L})(?:quando|(?:que|qual) (?:ano|mês|dia|data|hora)|que horas|quanto tempo)(?!\p{L})/iu,
  number: /(?<!\p{L})(?:quant[oa]s?|que idade|com que frequência)(?!\p{L})/iu,
  name: /(?<!\p{L})(?:quem|a?onde|qual(?! (?:ano|mês|dia|data|hora))|quais|como se chama\p{L}{0,2}|nome)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:eu|me|mim|meus?|minhas?|comigo|nós|noss[oa]s?|tenho|sou|estou|moro|vou|fiz|tive|estive|preciso|prefiro|posso|quero|gosto|sei|\p{L}{2,20}(?<!vôl|jóqu)ei)(?!\p{L})/iu,
  other: /(?<!\p{L})(?:vocês?|tu|te|ti|teus?|tuas?|contigo|disseste)(?!\p{L})/iu,
  now: /(?<!\p{L})(?:agora|atual(?:mente)?|atuais|hoje|ainda|no momento|neste momento|ultimamente)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:antes(?! d[eoa])|antigamente|quando|era|eram|foi|foram|estava|estavam|tinham?|havia|anteriormente|anterior(?:es)?|originalmente|no início|inicialmente|no passado|naquela época|antig[oa]s?|(?:meu|minha|noss[oa]) primeir[oa]|primeira vez|(?:ano|mês|semana|verão|inverno) passad[oa]|costumava(?:m|mos)?)(?!\p{L})/iu,
  tellsNumber:
    /(?<!\p{L})(?:dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|quinze|vinte|trinta|cem|cento|mil|uma vez|vários|várias)(?!\p{L})/iu,
};
