import type { WordLists } from '../word-lists.ts';

const DIGITS = [...'一二三四五六七八九'];
const EAST_NUMBERS = ['', '十', '二十', '三十']
  .flatMap((tens) => [
    ...(tens ? [tens] : []),
    ...DIGITS.map((digit) => (digit === '二' && !tens ? '二|两|兩' : tens + digit)),
  ])
  .join(' ');

export const korean: WordLists = {
  locale: 'ko',
  numbers: '한 두 세 네 다섯 여섯 일곱 여덟 아홉 열',
  units: { day: '일', week: '주 주일', weekend: '주말', month: '개월 달', year: '년 해' },
  durations: {
    'day 1': '하루',
    'day 2': '이틀',
    'day 3': '사흘',
    'day 4': '나흘',
    'week 1': '일주일',
    'year 1': '일년',
  },
  last: '지난 저번',
  this: '이번',
  next: '다음',
  after: '전',
  days: { 1: '어젯밤 간밤', 2: '그제 엊그제' },
  spans: { 'year 1': '지난해', 'year 2': '재작년', 'weekend 1': '지난주말', 'weekend 0': '이번주말' },
  seasons: '봄 여름 가을 겨울',
  monthAfter: '월',
  dayAfter: '일',
  inAfter: '에',
  sinceAfter: '부터 이후',
  to: '부터 에서',
};

export const japanese: WordLists = {
  locale: 'ja',
  numbers: EAST_NUMBERS,
  units: { day: '日', week: '週間', month: 'か月 ヶ月 カ月 ヵ月 ケ月', year: '年' },
  after: '前',
  days: {
    0: '本日 きょう',
    1: 'きのう 昨夜 昨晩 ゆうべ',
    2: 'おととい',
  },
  spans: {
    'year 1': '去年',
    'year 2': '一昨年 おととし',
    'week 2': '先々週',
    'month 2': '先々月',
    'weekend 1': '先週末',
    'weekend 0': '今週末',
  },
  weekdays: '月曜|月曜日 火曜|火曜日 水曜|水曜日 木曜|木曜日 金曜|金曜日 土曜|土曜日 日曜|日曜日',
  seasons: '春 夏 秋 冬',
  monthAfter: '月',
  dayAfter: '日',
  inAfter: 'に',
  sinceAfter: 'から 以来 以降',
  to: 'から',
  of: 'の',
};

export const chinese: WordLists = {
  locale: 'zh-Hans',
  numbers: EAST_NUMBERS,
  units: {
    day: '天',
    week: '周 週 星期 礼拜 禮拜 个星期 個星期 个礼拜 個禮拜',
    weekend: '周末 週末',
    month: '个月 個月',
    year: '年',
  },
  last: '过去 過去 最近',
  after: '前 之前 以前',
  days: { 0: '今晚', 1: '昨日 昨晚 昨夜', 2: '前晚', 3: '大前天' },
  spans: {
    'week 0': '这周 這週 本週 这星期 這星期 这个星期 這個星期 这礼拜 這禮拜',
    'week 1': '上週 上星期 上个星期 上個星期 上礼拜 上禮拜 上个礼拜 上個禮拜',
    'week 2': '上上周 上上週 上上星期',
    'month 0': '这个月 這個月',
    'month 1': '上月 上個月',
    'month 2': '上上个月 上上個月',
    'year 2': '前年',
    'year 3': '大前年',
    'weekend 0': '这周末 這週末 本周末 本週末 这个周末 這個週末',
    'weekend 1': '上周末 上週末 上个周末 上個週末',
  },
  weekdays:
    '星期一|周一|週一|礼拜一|禮拜一 星期二|周二|週二|礼拜二|禮拜二 星期三|周三|週三|礼拜三|禮拜三 星期四|周四|週四|礼拜四|禮拜四 星期五|周五|週五|礼拜五|禮拜五 星期六|周六|週六|礼拜六|禮拜六 星期日|周日|週日|礼拜日|禮拜日|星期天|礼拜天|禮拜天',
  weekdaysOfWeek: '一 二 三 四 五 六 日|天',
  seasons: '春天|春季 夏天|夏季 秋天|秋季 冬天|冬季',
  monthAfter: '月',
  dayAfter: '日 号 號',
  in: '在',
  since: '自 自从 自從 从 從',
  sinceAfter: '以来 以來',
  from: '从 從 在',
  to: '到 至',
  and: '和 与 跟',
  of: '的',
};
