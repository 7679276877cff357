const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `data: likes tea` for each text in a value, by the name that it has there. */
const linesIn = (value: unknown, name: string): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => linesIn(item, name));
  if (isFields(value)) return Object.entries(value).flatMap(([key, inner]) => linesIn(inner, key));
  if (value === null || value === undefined || value === '') return [];
  return [name === '' ? String(value) : `${name.replaceAll('_', ' ')}: ${value}`];
};

/** `chapters[*].title` as `chapters`, `*`, `title`. */
const stepsOf = (path: string): string[] =>
  path
    .replaceAll('[', '.')
    .replaceAll(']', '')
    .split('.')
    .filter((step) => step !== '' && step !== '$');

const at = (value: unknown, [step, ...rest]: readonly string[]): unknown[] => {
  if (step === undefined) return [value];
  if (step === '*')
    return (isFields(value) ? Object.values(value) : Array.isArray(value) ? value : []).flatMap((each) =>
      at(each, rest),
    );
  if (Array.isArray(value)) return at(value.at(Number(step)), rest);
  return isFields(value) ? at(value[step], rest) : [];
};

/**
 * The text that a value is found by, a line for each text in it.
 * @param paths such as `title`, `author.name`, `chapters[*].text`, `tags[0]`; `$` for all of it.
 */
export const textIn = (value: unknown, paths: readonly string[]): string => {
  const lines = paths.flatMap((path) => {
    const steps = stepsOf(path);
    return at(value, steps).flatMap((found) => linesIn(found, ''));
  });
  return lines.join('\n');
};
