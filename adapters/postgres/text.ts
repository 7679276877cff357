/**
 * Text as Postgres can hold it. It refuses U+0000, which clients may send, so that character is stored as U+FFFF and `0`,
 * and U+FFFF itself, which is no character of any text, as U+FFFF and `1`. A half of a surrogate pair becomes U+FFFD, as on
 * every engine.
 */
export const toStored = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return /[\0\uffff]/.test(whole)
    ? whole.replaceAll(/[\0\uffff]/g, (mark) => (mark === '\0' ? '\uffff0' : '\uffff1'))
    : whole;
};

/** The text that was stored. */
export const fromStored = (stored: string): string =>
  stored.includes('\uffff')
    ? stored.replaceAll(/\uffff([01])/g, (_, mark) => (mark === '0' ? '\0' : '\uffff'))
    : stored;

/** An array parameter of a statement, of numbers or of text, in the notation of Postgres. */
export const arrayOf = (values: readonly (number | string)[]): string => {
  const quoted = values.map((value) =>
    typeof value === 'number' ? String(value) : `"${toStored(value).replaceAll(/["\\]/g, '\\$&')}"`,
  );
  return `{${quoted.join(',')}}`;
};
