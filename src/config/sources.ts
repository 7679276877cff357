import { existsSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { z } from 'zod';
import { NAMED_VARIABLES, SETTINGS } from './schema.ts';

/** One setting as somebody wrote it, and where. */
export interface Entry {
  readonly path: string;
  readonly value: unknown;
  /** For error sentences: the variable's name, or the file's. */
  readonly source: string;
}

/** A settings file or a variable that cannot be read, in words for the person who wrote it. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** The file's endings, in the order in which they are looked for beside the program. */
export const FILE_ENDINGS = ['.json', '.yaml', '.yml', '.toml'] as const;

const isBlank = (text: string): boolean => text.split('\n').every((line) => /^\s*(#.*)?$/.test(line));

const parseFile = async (file: string): Promise<unknown> => {
  const text = readFileSync(file, 'utf8');
  switch (extname(file)) {
    case '.json':
      if (isBlank(text)) return null;
      return (await import('confbox/json')).parseJSON(text);
    case '.yaml':
    case '.yml':
      if (isBlank(text)) return null;
      return (await import('confbox/yaml')).parseYAML(text);
    case '.toml':
      return (await import('confbox/toml')).parseTOML(text);
    default:
      throw new SourceError(`its name must end in one of ${FILE_ENDINGS.join(', ')}`);
  }
};

/** A section whose keys are all commented out says nothing. */
const SECTIONS = new Set(SETTINGS.filter(({ path }) => path.includes('.')).map(({ path }) => path.split('.', 1)[0]));

const flatten = (value: unknown, path: readonly string[], source: string): Entry[] => {
  if (value === null && path.length === 1 && SECTIONS.has(path[0] ?? '')) return [];
  const isSection = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isSection) return Object.entries(value).flatMap(([key, child]) => flatten(child, [...path, key], source));
  return [{ path: path.join('.'), value, source }];
};

/** The settings file in use: `MEMFUSE_CONFIG`, or `memfuse.config.*` in the working folder, or none. */
export const findFile = (env: Record<string, string | undefined>, folder: string): string | null => {
  const named = env['MEMFUSE_CONFIG'];
  if (named) return resolve(folder, named);
  const files = FILE_ENDINGS.map((ending) => resolve(folder, `memfuse.config${ending}`));
  return files.find((file) => existsSync(file)) ?? null;
};

/** Errors: `SourceError` when the file is missing, cannot be parsed or holds no table of settings. */
export const readFileEntries = async (file: string): Promise<Entry[]> => {
  let content: unknown;
  try {
    content = await parseFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new SourceError(`The settings file ${file} cannot be read: ${reason}.`);
  }
  if (content === null || content === undefined) return [];
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new SourceError(`The settings file ${file} must hold sections with keys, such as server: { port: 8000 }.`);
  }
  return flatten(content, [], file);
};

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** A variable's text as the type that its setting has; text that does not fit stays text, for validation to refuse. */
const fromText = (schema: z.ZodType | undefined, text: string): unknown => {
  if (schema instanceof z.ZodNumber) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (schema instanceof z.ZodBoolean) return WORDS.get(text.trim().toLowerCase()) ?? text;
  if (schema instanceof z.ZodArray) {
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  }
  return text;
};

/**
 * The settings in the environment. An empty variable counts as absent. Variables with a single underscore after
 * `MEMFUSE_`, such as the SDK's `MEMFUSE_API_KEY`, are somebody else's and left alone.
 */
export const readVariables = (env: Record<string, string | undefined>): Entry[] => {
  const schemas = new Map(SETTINGS.map(({ path, schema }) => [path, schema]));
  const named = Object.entries(NAMED_VARIABLES).map(([variable, path]) => [variable, path] as const);
  const spelled = Object.keys(env)
    .filter((variable) => /^MEMFUSE_[A-Z0-9_]*?[A-Z0-9]__/i.test(variable))
    .map((variable) => [variable, variable.slice('MEMFUSE_'.length).toLowerCase().replaceAll('__', '.')] as const);
  return [...named, ...spelled].flatMap(([variable, path]) => {
    const text = env[variable];
    return text ? [{ path, value: fromText(schemas.get(path), text), source: variable }] : [];
  });
};
