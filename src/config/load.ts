import { z } from 'zod';
import { isLoopback } from './loopback.ts';
import { nearestName } from './nearest-name.ts';
import { isRemoved, warningsAbout } from './removed-settings.ts';
import { SETTINGS, type Settings, settingsSchema } from './schema.ts';
import { withSecretFiles } from './secret-files.ts';
import { type Entry, findFile, readFileEntries, readVariables, SourceError } from './sources.ts';
import { unknownVariables } from './unknown-variables.ts';
import { withoutPassword } from './without-password.ts';

/** The settings cannot be used; one sentence for each thing that is wrong. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
  }
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** The settings file that was read, or null. */
  readonly file: string | null;
  /** One sentence for each thing that is said and has no effect. */
  readonly warnings: readonly string[];
}

const PATHS = SETTINGS.map(({ path }) => path);

const unknownKey = ({ path, source }: Entry): string => {
  const section = path.split('.', 1)[0] ?? '';
  const siblings = PATHS.filter((known) => known.startsWith(`${section}.`));
  const nearest = nearestName(path, siblings.length > 0 ? siblings : PATHS);
  return `There is no setting ${path} (${source}). Did you mean ${nearest}?`;
};

const nest = (entries: readonly Entry[]): Record<string, unknown> => {
  const root: Record<string, unknown> = {};
  for (const { path, value } of entries) {
    const keys = path.split('.');
    const last = keys.pop() ?? path;
    let table = root;
    for (const key of keys) {
      table[key] ??= {};
      table = table[key] as Record<string, unknown>;
    }
    table[last] = value;
  }
  return root;
};

const contradictions = ({ server }: Settings): string[] => {
  if (isLoopback(server.host) || server.api_key_validation || server.allow_unauthenticated) return [];
  return [
    `server.host is ${server.host}, which other machines can reach, and no API key is asked for. Turn keys on with MEMFUSE_SERVER__API_KEY_VALIDATION=true (make one with: bun run keys create), or say MEMFUSE_SERVER__ALLOW_UNAUTHENTICATED=true if everybody may read and delete everything.`,
  ];
};

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) freeze(child);
    Object.freeze(value);
  }
  return value;
};

/** What a setting may be, where the schema's own words leave half of it out. */
const rangeOf = (path: string): string | null => {
  const schema = SETTINGS.find((setting) => setting.path === path)?.schema;
  return schema instanceof z.ZodNumber ? `it must be from ${schema.minValue} to ${schema.maxValue}` : null;
};

/** One sentence: the key, its value, where that comes from, and what is allowed. */
const problemWith = (issue: z.core.$ZodIssue, entries: readonly Entry[]): string => {
  const path = issue.path.join('.');
  const entry = entries.findLast((candidate) => path === candidate.path || path.startsWith(`${candidate.path}.`));
  const isBound = issue.code === 'too_small' || issue.code === 'too_big';
  const reason = (isBound && rangeOf(path)) || issue.message;
  const setting = SETTINGS.find((known) => known.path === path);
  if (entry && setting?.secret) return `${path} (${entry.source}, not shown): ${reason}.`;
  if (entry) return `${path} is ${withoutPassword(JSON.stringify(entry.value))} (${entry.source}): ${reason}.`;
  const usual = setting?.defaultValue;
  if (usual === undefined) return `${path} is not set: ${reason}.`;
  return `${path} is ${JSON.stringify(usual)} (default): ${reason}.`;
};

/** Validates entries, the later ones winning; settings that were removed are passed over. Errors: `SettingsError`. */
export const settingsFrom = (given: readonly Entry[]): Settings => {
  const entries = given.filter((entry) => !isRemoved(entry));
  const unknown = entries.filter(({ path }) => !PATHS.includes(path));
  if (unknown.length > 0) throw new SettingsError(unknown.map(unknownKey));
  const parsed = settingsSchema.safeParse(nest(entries));
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.map((issue) => problemWith(issue, entries)));
  }
  const problems = contradictions(parsed.data);
  if (problems.length > 0) throw new SettingsError(problems);
  return freeze(parsed.data);
};

/** Defaults, then the settings file, then the environment, whose secrets may stand in files. Errors: `SettingsError`. */
export const loadSettings = async (
  given: Record<string, string | undefined>,
  folder: string,
): Promise<LoadedSettings> => {
  try {
    const env = withSecretFiles(given);
    const file = findFile(env, folder);
    const entries = file ? await readFileEntries(file) : [];
    const all = [...entries, ...readVariables(env)];
    return { settings: settingsFrom(all), file, warnings: [...warningsAbout(all), ...unknownVariables(env)] };
  } catch (error) {
    if (error instanceof SourceError) throw new SettingsError([error.message]);
    throw error;
  }
};
