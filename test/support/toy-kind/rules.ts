import { KINDS, type KindRules, type TaskKind } from '../../../src/contract/kinds.ts';

/** A kind that the server does not have: it counts the letters of each message of a user. */
export const TOY_RULES = {
  queue: 'user',
  stage: 'extracted',
  derived: { edited: 'message', deleted: 'nothing', renamed: 'sessions' },
} as const satisfies KindRules;

export const TOY = 'toy' as TaskKind;
export const KINDS_WITH_TOY = { ...KINDS, [TOY]: TOY_RULES };
