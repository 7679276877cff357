import { parseArgs } from 'node:util';
import { type ArgsDef, type CommandDef, runMain } from 'citty';
import { nearestName } from '../config/nearest-name.ts';
import { showUsage } from './details.ts';

/** The parts of a command that say what may be typed. None of ours is a promise or a function. */
interface Accepted {
  readonly args?: ArgsDef;
  readonly subCommands?: Readonly<Record<string, Accepted>>;
}

type Kind = 'string' | 'boolean';
type Token = ReturnType<typeof parseArgs<{ strict: false; tokens: true }>>['tokens'][number];

const problemWithOption = (token: Extract<Token, { kind: 'option' }>, kinds: ReadonlyMap<string, Kind>) => {
  const { name, rawName, value, inlineValue } = token;
  const isNegated = kinds.get(name.replace(/^no-/, '')) === 'boolean';
  const kind = rawName.startsWith('--') ? (kinds.get(name) ?? (isNegated ? 'boolean' : null)) : null;
  if (kind === null) {
    const nearest = nearestName(name, [...kinds.keys()]);
    return `There is no option ${rawName}.${nearest === null ? '' : ` Did you mean --${nearest}?`}`;
  }
  if (kind === 'boolean') {
    const isFitting = value === undefined || value === 'true' || value === 'false';
    return isFitting ? null : `${rawName} is "${value}"; it takes no value.`;
  }
  if (value === undefined || (!inlineValue && value.startsWith('-'))) return `${rawName} needs a value.`;
  return value.trim() === '' ? `${rawName} is empty. Give it a value, or leave it out.` : null;
};

const problemWithArguments = (args: readonly string[], known: ArgsDef): string | null => {
  const named = Object.entries(known).filter(([, { type }]) => type !== 'positional');
  const kinds = new Map(named.map(([name, { type }]): [string, Kind] => [name, type === 'boolean' ? type : 'string']));
  const options = Object.fromEntries([...kinds].map(([name, type]) => [name, { type }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Set<string>();
  let positionalsLeft = Object.keys(known).length - named.length;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      positionalsLeft -= 1;
      if (positionalsLeft < 0) return `"${token.value}" is one argument too many; --help says what there is.`;
    } else if (token.kind === 'option') {
      const problem = problemWithOption(token, kinds);
      if (problem !== null) return problem;
      if (given.has(token.name)) return `${token.rawName} is given twice.`;
      given.add(token.name);
    }
  }
  return null;
};

/** What citty answers with the version. */
const VERSION: ReadonlySet<string> = new Set(['--version', '-v']);

const problemWith = (args: readonly string[], { args: known = {}, subCommands }: Accepted): string | null => {
  if (!subCommands) return problemWithArguments(args, known);
  const [name, ...rest] = args;
  if (name === undefined) return null; // citty says what there is
  if (args.length === 1 && VERSION.has(name)) return null;
  if (name.startsWith('-')) return `${name} stands before the command; options follow it.`;
  const command = Object.hasOwn(subCommands, name) ? subCommands[name] : undefined;
  if (command) return problemWith(rest, command);
  return `There is no command ${name}. Did you mean ${nearestName(name, Object.keys(subCommands))}?`;
};

/**
 * Runs a command of the terminal with what was typed. citty passes over options that it does not know and reads a missing
 * value as an empty one, so a slip would silently ask for something else; here it is told in a sentence, with exit code 1,
 * before anything is done.
 */
export const runCommandLine = async <T extends ArgsDef>(command: CommandDef<T>): Promise<void> => {
  const args = process.argv.slice(2);
  const asksForHelp = args.includes('--help') || args.includes('-h');
  // What a shell asks has a word that is not finished.
  const problem = asksForHelp || args[0] === 'complete' ? null : problemWith(args, command as Accepted);
  if (problem !== null) {
    console.error(problem);
    process.exit(1);
  }
  await runMain(command, { showUsage });
};
