import type { WordLists } from '../word-lists.ts';

export const arabic: WordLists = {
  locale: 'ar-EG',
  numbers: 'واحد|واحدة اثنين ثلاثة|ثلاث أربعة|أربع خمسة|خمس ستة|ست سبعة|سبع ثمانية|ثماني تسعة|تسع عشرة|عشر',
  units: {
    day: 'يوم أيام يوما',
    week: 'أسبوع أسابيع الأسبوع',
    weekend: 'نهاية_الأسبوع',
    month: 'شهر أشهر شهور الشهر',
    year: 'سنة سنوات سنين عام أعوام السنة العام',
  },
  durations: { 'day 2': 'يومين', 'week 2': 'أسبوعين', 'month 2': 'شهرين', 'year 2': 'سنتين عامين' },
  last: 'الماضي الماضية المنصرم الفائت الفائتة',
  this: 'هذا هذه',
  next: 'القادم القادمة المقبل المقبلة',
  before: 'قبل منذ',
  days: { 1: 'بالأمس البارحة الليلة_الماضية', 2: 'أول_من_أمس' },
  weekdays:
    'يوم_الاثنين|الاثنين_الماضي يوم_الثلاثاء|الثلاثاء_الماضي يوم_الأربعاء|الأربعاء_الماضي يوم_الخميس|الخميس_الماضي يوم_الجمعة|الجمعة_الماضية|الجمعة_الماضي يوم_السبت|السبت_الماضي يوم_الأحد|الأحد_الماضي',
  months: 'كانون_الثاني شباط آذار نيسان أيار حزيران تموز - أيلول تشرين_الأول تشرين_الثاني كانون_الأول',
  seasons: 'الربيع|ربيع الصيف|صيف الخريف|خريف الشتاء|شتاء',
  in: 'في شهر',
  since: 'منذ',
  from: 'من بين',
  to: 'إلى حتى',
  of: 'من',
};

export const hebrew: WordLists = {
  locale: 'he',
  units: { day: 'יום ימים', week: 'שבוע שבועות', month: 'חודש חודשים', year: 'שנה שנים' },
  durations: { 'day 2': 'יומיים', 'week 2': 'שבועיים', 'month 2': 'חודשיים', 'year 2': 'שנתיים' },
  before: 'לפני',
  days: { 1: 'אמש' },
  spans: { 'week 1': 'בשבוע_שעבר', 'month 1': 'בחודש_שעבר', 'year 1': 'בשנה_שעברה אשתקד' },
  weekdays:
    'יום_שני|ביום_שני יום_שלישי|ביום_שלישי יום_רביעי|ביום_רביעי יום_חמישי|ביום_חמישי יום_שישי|ביום_שישי שבת|בשבת יום_ראשון|ביום_ראשון',
  inMonths: 'בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר',
};

export const turkish: WordLists = {
  locale: 'tr',
  numbers: 'bir iki üç dört beş altı yedi sekiz dokuz on on_bir on_iki',
  units: { day: 'gün', week: 'hafta', weekend: 'hafta_sonu', month: 'ay', year: 'yıl sene' },
  last: 'geçen geçtiğimiz son',
  this: 'bu',
  next: 'gelecek önümüzdeki',
  after: 'önce evvel',
  days: { 2: 'önceki_gün evvelki_gün' },
  weekdays: 'pazartesi salı çarşamba perşembe cuma cumartesi pazar_günü',
  inMonths: 'ocakta şubatta martta nisanda mayısta haziranda temmuzda ağustosta eylülde ekimde kasımda aralıkta',
  seasons: 'ilkbahar|bahar yaz sonbahar kış',
  inSeasons: 'ilkbaharda yazın sonbaharda kışın',
  inAfter: 'ta te da de ayında yılında',
};
