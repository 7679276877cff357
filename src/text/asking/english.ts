import type { AskingWords } from './asking-words.ts';

export const english: AskingWords = {
  time: /\bwhen\b|\bwhat (?:year|month|date|day|time)\b|\bhow long\b/i,
  number: /\bhow (?:many|much|often|old)\b/i,
  name: /\b(?:who|whom|whose|where|which)\b/i,
  self: /\b(?:i|me|my|mine|we|us|our|ours)\b/i,
  other: /\b(?:you|your|yours)\b/i,
  now: /\b(?:now|nowadays|currently|current|latest|these days|at the moment|still|today|most recent(?:ly)?|any ?more|presently|so far)\b/i,
  // "Did we sign?" asks what came of it: what was said last tells.
  past: /\b(?:(?<!^)did|was|were|had|used to|when|first|originally|initially|before|previously|ago)\b/i,
  tellsNumber: /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|once|twice|couple|several)\b/i,
};
