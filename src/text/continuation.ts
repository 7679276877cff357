/** Words by which somebody goes on with what was spoken of before. */
const CONTINUES = [
  /\b(?:last (?:time|session|chat)|we (?:discussed|talked|agreed|decided|finali[sz]ed|left off|went over|came up)|next steps?|what['’]s next|continue|i['’]m back|move forward|pick up where|follow(?:ing)? up|where were we|back to)\b/i,
  /\b(?:letztes mal|wir (?:besprochen|vereinbart|beschlossen)|nächste[rn]? schritte?|weitermachen|wo waren wir|la dernière fois|prochaine étape|continuons|la última vez|siguiente paso|continuemos|l['’]ultima volta|prossimo passo|da última vez|próximo passo)\b/iu,
  /в прошлый раз|мы (?:обсуждали|договорились|решили)|следующий шаг|продолжим|上次|我们(?:讨论|说好|决定)|下一步|继续|前回|次のステップ|続き|지난번|다음 단계|이어서|المرة الماضية|الخطوة التالية|पिछली बार|अगला कदम/iu,
];
const MAY_ASK_FOR_NEXT = /\bwhat (?:should|do|can|would) (?:we|i|be)\b/i;
const NEXT = /\bnext\b/i;

/** Whether a question goes on with an earlier conversation: "What should we do next?" */
export const continues = (question: string): boolean =>
  CONTINUES.some((pattern) => pattern.test(question)) || (MAY_ASK_FOR_NEXT.test(question) && NEXT.test(question));
