import type { Settings } from '../config/schema.ts';
import type { RetentionPolicy } from '../contract/retention.ts';

/** What holds by the policy of a user and that of the server; null for no end. */
export interface PolicyInForce {
  readonly messagesDays: number | null;
  readonly halfLifeDays: number | null;
}

/** A setting of 0 is no policy. */
const daysOf = (setting: number): number | null => (setting === 0 ? null : setting);

/**
 * The shorter time holds for messages, so that a client cannot keep what the one who runs the server promised to delete. A user's own
 * half-life takes the place of the server's.
 */
export const policyInForce = ({ memory }: Pick<Settings, 'memory'>, own: RetentionPolicy): PolicyInForce => {
  const served = daysOf(memory.retention.messages_days);
  const days = [own.messagesDays, served].filter((one) => one !== null);
  return {
    messagesDays: days.length === 0 ? null : Math.min(...days),
    halfLifeDays: daysOf(own.halfLifeDays ?? memory.facts.half_life_days),
  };
};
