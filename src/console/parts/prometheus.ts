/** What `/metrics` says of a number. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The labels between the braces: `a="b",c="d"`. No label of the server holds a quote. */
const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('"')
      .slice(0, -1)
      .flatMap((name, at, all) => (at % 2 === 0 ? [[name.replace(',', '').replace('=', ''), all[at + 1] ?? '']] : [])),
  );

/** Reads the text format of Prometheus, as far as servers write it: a line for each number, and comments. */
export const readSamples = (text: string): Sample[] =>
  text.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith('#')) return [];
    const open = line.indexOf('{');
    const close = line.lastIndexOf('}');
    const end = line.lastIndexOf(' ');
    const name = line.slice(0, open < 0 ? end : open);
    return [
      { name, labels: open < 0 ? {} : labelsOf(line.slice(open + 1, close)), value: Number(line.slice(end + 1)) },
    ];
  });
