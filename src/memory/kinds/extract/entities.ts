import type { EntityDraft } from '../../../contract/fact-drafts.ts';
import type { TaggedWord } from '../../../text/clauses/tagger.ts';
import { actOf } from './act.ts';
import type { PlacedClause } from './candidates.ts';
import { isName, textOf } from './phrases.ts';

const MOST = 12;
const LONGEST = 80;

/** Written with a capital, and no names. */
const CALENDAR =
  /^(?:mon|tues|wednes|thurs|fri|satur|sun)days?$|^(?:january|february|march|april|may|june|july|august|september|october|november|december|christmas|easter|i)$/;
const PLACE_LEADS: ReadonlySet<string> = new Set(['in', 'to', 'from', 'near']);
const ORGANISATION_LEADS: ReadonlySet<string> = new Set(['at', 'for', 'with']);
const MOVES: ReadonlySet<string> = new Set(
  'live move go travel fly visit come be grow bear stay drive relocate'.split(' '),
);
const EMPLOYS: ReadonlySet<string> = new Set('work intern study apply'.split(' '));
const KIN: ReadonlySet<string> = new Set(
  'wife husband sister brother mother father mom dad son daughter friend girlfriend boyfriend partner boss colleague cousin aunt uncle grandmother grandfather niece nephew neighbor neighbour roommate'.split(
    ' ',
  ),
);
const PETS: ReadonlySet<string> = new Set(['dog', 'cat', 'puppy', 'kitten', 'horse', 'rabbit', 'parrot', 'pet']);

const kindOf = (words: readonly TaggedWord[], from: number, verbLemma: string): string => {
  const before = words[from - 1];
  if (!before) return 'other';
  if (KIN.has(before.lemma)) return 'person';
  if (PETS.has(before.lemma)) return 'animal';
  if (MOVES.has(verbLemma) && PLACE_LEADS.has(before.lower)) return 'place';
  if (EMPLOYS.has(verbLemma) && ORGANISATION_LEADS.has(before.lower)) return 'organisation';
  return 'other';
};

/** The people, places and things that clauses name, the speaker first when the statement is about them. */
export const entitiesOf = (
  clauses: readonly PlacedClause[],
  speaker: string,
  isAboutSpeaker: boolean,
): EntityDraft[] => {
  const found = new Map<string, EntityDraft>();
  if (isAboutSpeaker) found.set(speaker.toLowerCase(), { name: speaker, kind: 'person' });
  for (const { clause } of clauses) {
    const verbLemma = actOf(clause)?.lemma ?? '';
    let from = -1;
    for (let i = 0; i <= clause.words.length; i += 1) {
      const word = clause.words[i];
      const isPart = word !== undefined && isName(word) && !CALENDAR.test(word.lower);
      if (isPart && from < 0) from = i;
      if (isPart || from < 0) continue;
      const name = textOf(clause.words.slice(from, i)).slice(0, LONGEST);
      if (found.size < MOST && !found.has(name.toLowerCase()))
        found.set(name.toLowerCase(), { name, kind: kindOf(clause.words, from, verbLemma) });
      from = -1;
    }
  }
  return [...found.values()];
};
