import { changedAttribute, ownAttribute } from './attributes.ts';
import { body, wakes } from './body.ts';
import { lives, origins } from './home.ts';
import { ofNamed } from './named.ts';
import { plans } from './plans.ts';
import type { Reading, Said, SlotValue } from './reading.ts';
import { partners } from './relations.ts';
import { tastes } from './tastes.ts';
import { things } from './things.ts';
import { prices, uses } from './uses.ts';
import { studies, works } from './work.ts';

const READINGS: readonly Reading[] = [
  lives,
  origins,
  works,
  studies,
  partners,
  body,
  wakes,
  tastes,
  things,
  uses,
  prices,
  ownAttribute,
  changedAttribute,
  ofNamed,
  plans,
];

/** Read of the speaker and of named people and relations; the others see for themselves whose they are. */
const OF_PEOPLE: ReadonlySet<Reading> = new Set([lives, origins, works, studies, partners, body, wakes, tastes]);

/** The slot that a clause fills; null for none. The first that reads it has it. */
export const slotOf = (said: Said, isPerson: boolean): SlotValue | null => {
  for (const read of READINGS) {
    if (OF_PEOPLE.has(read) && !isPerson) continue;
    const found = read(said);
    if (found && (found.object !== '' || found.isEnd)) return found;
  }
  return null;
};
