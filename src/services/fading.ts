import type { Settings } from '../config/schema.ts';
import type { FactRecord } from '../contract/facts.ts';
import type { Clock } from '../platform/clock.ts';

const DAY_MS = 86_400_000;

/** A fact as sure as it is at a moment; now when none is given. */
export type Fade = (fact: FactRecord, atMs?: number) => FactRecord;

/**
 * Lets the confidence of facts fall by half in so many days (`memory.facts.half_life_days`), counted from when a message said it last
 * or a person changed it. It is worked out as facts are read: nothing is written, and a policy that is taken back leaves no trace.
 */
export const fadingBy =
  (settings: () => Pick<Settings, 'memory'>, clock: Clock): Fade =>
  (fact, atMs = clock.now()) => {
    const days = settings().memory.facts.half_life_days;
    if (days === 0) return fact;
    const age = Math.max(0, atMs - fact.confirmedAt) / DAY_MS;
    return { ...fact, confidence: fact.confidence * 0.5 ** (age / days) };
  };
