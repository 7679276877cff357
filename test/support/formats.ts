/** ISO 8601 in UTC, always 27 characters, so that texts sort as times. */
export const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Ids that nothing has: of the right form, of another form, and of forms that break careless servers. */
export const UNKNOWN_IDS = [
  '019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b',
  'invalid-id',
  '0',
  '-1',
  '1e999',
  'null',
  '..%2F..%2Fetc',
  '%00',
  '%FF',
  "'%20OR%201=1--",
  '%F0%9F%90%95',
  'x'.repeat(300),
];
