import type { Settings } from '../config/schema.ts';
import type { FactRecord } from '../contract/facts.ts';
import type { Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Clock } from '../platform/clock.ts';
import { policyInForce } from './retention-policy.ts';

const DAY_MS = 86_400_000;

/** A fact as sure as it is at a moment; now when none is given. */
export type Fade = (fact: FactRecord, atMs?: number) => FactRecord;

/** How the facts of a user fade. Errors: `not_found`. */
export type FadeOf = (scope: Scope, userId: string) => Promise<Fade>;

/**
 * Lets the confidence of facts fall by half in so many days, by the policy of the user or `memory.facts.half_life_days`, counted from
 * when a message said it last or a person changed it. It is worked out as facts are read: nothing is written, and a policy
 * that is taken back leaves no trace.
 */
export const fadingBy =
  ({ retention }: Pick<Store, 'retention'>, settings: () => Pick<Settings, 'memory'>, clock: Clock): FadeOf =>
  async (scope, userId) => {
    const { halfLifeDays } = policyInForce(settings(), await retention.get(scope, userId));
    return (fact, atMs = clock.now()) => {
      if (halfLifeDays === null) return fact;
      const age = Math.max(0, atMs - fact.confirmedAt) / DAY_MS;
      return { ...fact, confidence: fact.confidence * 0.5 ** (age / halfLifeDays) };
    };
  };
