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
