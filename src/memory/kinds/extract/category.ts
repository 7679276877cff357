import type { FactCategory } from '../../../contract/fact-drafts.ts';
import { tellsStanding } from '../../../text/standing-preference.ts';
import type { Act } from './act.ts';

/** Words that tell what a statement is about, in the order in which they are looked for. */
const TOPICS: readonly (readonly [FactCategory, RegExp])[] = [
  [
    'health',
    /\b(?:doctor|hospital|surgery|diagnosed|allerg\w+|asthma|migraines?|injur\w+|therapy|therapist|medication|pills?|pain|sick|flu|anxiety|depress\w+|blood|pregnan\w+|diabet\w+|insomnia|physio\w*|sprained|broke (?:my|their|his|her) \w+)\b/i,
  ],
  [
    'relation',
    /\b(?:wife|husband|married|wedding|engaged|girlfriend|boyfriend|partner|divorced?|sister|brother|mother|father|mom|mum|dad|son|daughter|kids?|children|parents?|grandm\w+|grandf\w+|cousin|aunt|uncle|niece|nephew|best friend)\b/i,
  ],
  [
    'work',
    /\b(?:work(?:s|ed|ing)?|job|boss|manager|colleagues?|coworkers?|office|career|company|salary|promot\w+|hired|interview|client|startup|degree|university|college|thesis|exam|studies|studying|major)\b/i,
  ],
  [
    'home',
    /\b(?:lives?|living|moved|house|apartment|flat|rent|landlord|neighbou?rhood|roommate|garden|kitchen|bedroom)\b/i,
  ],
  [
    'skill',
    /\b(?:learn(?:s|ed|ing)?|knows? how|practic\w+|fluent|speaks?|plays? (?:the )?(?:guitar|piano|violin|drums|chess|cello|flute)|can (?:cook|swim|code|sew|play)|good at|lessons?|classes)\b/i,
  ],
  [
    'possession',
    /\b(?:bought|owns?|has an? |got an? new|adopted|sold|car|bike|laptop|phone|camera|dog|cat|puppy|kitten)\b/i,
  ],
];
const OPINION =
  /\b(?:think|believe|feel|find|seem|consider|look)s?\b|\b(?:is|are|was|were) (?:so |really |very |such |pretty )?(?:an? )?(?:great|amazing|awesome|beautiful|inspiring|important|good|bad|terrible|wonderful|fun|nice|cool|lovely|interesting|boring|special|perfect|best|worst)\b/i;

/** What a statement is about, by its words: a plan first, then a taste, then its topic. */
export const categoryOf = (text: string, source: string, act: Act | null): FactCategory => {
  if (act?.isPlan) return 'plan';
  if (tellsStanding(source)) return 'preference';
  for (const [category, words] of TOPICS) if (words.test(text)) return category;
  if (OPINION.test(text)) return 'opinion';
  return act?.isPast || act?.isPerfect ? 'event' : 'other';
};
