import type { AskingWords } from './asking-words.ts';

export const arabic: AskingWords = {
  time: /(?<!\p{L})(?:متى|[إا]متى|[أا]ي (?:سنة|عام|شهر|يوم|تاريخ)|كم من الوقت|كم الساعة)(?!\p{L})/u,
  number: /(?<!\p{L})(?:كم|كام|بكام|ما عمر)(?!\p{L})/u,
  name: /(?<!\p{L})(?:[أا]ين|فين|مين|من (?:هو|هي|هم|الذي|التي)|مع من|لمن|[أا]ي(?! (?:سنة|عام|شهر|يوم|تاريخ))|[أا]ية|ما اسم)(?!\p{L})/u,
  self: /(?<!\p{L})(?:[أا]نا|لي|عندي|لدي|معي|نحن|عندنا|[أا]بويا|[أا]خويا|اسمي|[أا]ختي|[أا]خي|[أا]مي|[أا]بي|والدي|والدتي|زوجتي|زوجي|ابني|ابنتي|صديقي|صديقتي|بيتي|عملي|عنواني)(?!\p{L})/u,
  other: /(?<!\p{L})(?:[أا]نت|لك|عندك|لديك|معك|[أا]خبرتني|نصحتني|اقترحت)(?!\p{L})/u,
  now: /(?<!\p{L})(?:الآن|الان|دلوقتي|دلوقت|حاليا|حالي[ًا]{2}|الحالي|الحالية|اليوم|ما زال|ما زلت|لا يزال|لا تزال|لا [أا]زال|هذه ال[أا]يام)(?!\p{L})/u,
  past: /(?<!\p{L})(?:سابقا|متى|[إا]متى|كان|كانت|كانوا|كنت|كنا|سابق[ًا]{2}|السابق|السابقة|من قبل|قبل ذلك|الماضي|الماضية|في البداية|[أا]ول مرة|في ال[أا]صل|آنذاك|حينها|قديما)(?!\p{L})/u,
  tellsNumber:
    /(?<!\p{L})(?:اثن(?:ان|ين)|اثنت(?:ان|ين)|ثلاثة?|[أا]ربعة?|خمسة?|ستة|سبعة?|ثماني(?:ة)?|تسعة?|عشرة?|عشرون|عشرين|مئة|مائة|[أا]لف|مرتين|يومين|[أا]سبوعين|شهرين|سنتين|عدة)(?!\p{L})/u,
};

export const turkish: AskingWords = {
  time: /(?<!\p{L})(?:ne zaman|hangi (?:yıl|ay|gün|tarih)\p{L}{0,5}|saat kaç\p{L}{0,3}|ne kadar (?:süre|zaman))(?!\p{L})/iu,
  number: /(?<!\p{L})(?:kaç|ne kadar|ne sıklıkta)(?!\p{L})/iu,
  name: /(?<!\p{L})(?:kim|kimi|kime|kimin|kimle|kiminle|kimden|nerede|nereye|nereden|neresi|hangi(?! (?:yıl|ay|gün|tarih))|adı ne)(?!\p{L})/iu,
  self: /(?<!\p{L})(?:ben|benim|bana|beni|bende|benden|biz|bizim|bize|bizi|(?!yard[ıi]m)\p{L}{1,20}(?:d[ıiuü]m|[şçkpsfht]t[ıiuü]m|[ıiuü]yorum))(?!\p{L})/iu,
  other:
    /(?<!\p{L})(?:sen|senin|sana|seni|senden|siz|sizin|size|sizi|(?!kad[ıi]n|ayd[ıi]n|odun)\p{L}{1,20}d[ıiuü]n)(?!\p{L})/iu,
  now: /(?<!\p{L})(?:şimdi(?:ki)?|şu an(?:da|ki)?|şu sıralar|hâlâ|halen|bugün(?:lerde)?|güncel|mevcut)(?!\p{L})/iu,
  past: /(?<!\p{L})(?:eskiden|ne zaman|vardı|yoktu|neydi|kimdi|neredeydi|önceden|daha önce|o zaman|başlangıçta|ilk başta|önceki|geçen (?:yıl|sene|ay|hafta|yaz|kış)|eski)(?!\p{L})/iu,
  tellsNumber: /(?<!\p{L})(?:iki|üç|dört|beş|sekiz|dokuz|yirmi|otuz|yüz|bin|birkaç|iki kez)(?!\p{L})/iu,
};
