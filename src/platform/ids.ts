import { randomBytes } from 'node:crypto';

/** Where identifiers and secrets come from. Injected everywhere, so that tests choose them. */
export interface Ids {
  /** A UUIDv7: sortable by time, and monotone within one process. */
  uuid(): string;
  /** `bytes` random bytes as lower-case hexadecimal. */
  hex(bytes: number): string;
  /** A new API key: `mf_` and 256 random bits in base64url. */
  secret(): string;
}

export const systemIds: Ids = {
  uuid: () => Bun.randomUUIDv7(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  secret: () => `mf_${randomBytes(32).toString('base64url')}`,
};

const DIGITS_OF_TIME = 12;
const BITS_OF_TIME = 48;

/** What a UUIDv7 of a time, in epoch milliseconds, begins with: no id of that time or later stands before it. */
export const lowestIdAt = (ms: number): string => {
  const time = Math.min(Math.max(0, Math.floor(ms)), 2 ** BITS_OF_TIME - 1);
  const digits = time.toString(16).padStart(DIGITS_OF_TIME, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
};

/** The time of a UUIDv7, in epoch milliseconds. */
export const timeOfId = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, DIGITS_OF_TIME), 16);
