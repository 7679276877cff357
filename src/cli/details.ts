import { type ArgsDef, type CommandDef, renderUsage } from 'citty';

/** What the help of a command says below its options. */
export interface Details {
  /** Command lines that work as they are. */
  readonly examples?: readonly string[];
  readonly text?: string;
}

const known = new WeakMap<object, Details>();

/** A command with more to say than the one line that stands in the list of commands. */
export const withDetails = <T extends ArgsDef>(command: CommandDef<T>, details: Details): CommandDef<T> => {
  known.set(command, details);
  return command;
};

/** Prints the help of a command, with its examples. */
export const showUsage = async <T extends ArgsDef>(command: CommandDef<T>, parent?: CommandDef<T>): Promise<void> => {
  const { examples = [], text } = known.get(command) ?? {};
  console.log(await renderUsage(command, parent));
  if (text !== undefined) console.log(`${text}\n`);
  for (const example of examples) console.log(`  ${example}`);
  if (examples.length > 0) console.log('');
};
