import { readFileSync } from 'node:fs';
import { NAMED_VARIABLES, SETTINGS } from './schema.ts';
import { SourceError } from './sources.ts';

const ENDING = '_FILE';

type Env = Readonly<Record<string, string | undefined>>;

const secretPaths = new Set(SETTINGS.filter(({ secret }) => secret).map(({ path }) => path));
const spelled = [...secretPaths].map((path) => `MEMFUSE_${path.replaceAll('.', '__').toUpperCase()}`);
const named = Object.entries(NAMED_VARIABLES).flatMap(([name, path]) => (secretPaths.has(path) ? [name] : []));
/** The variables of settings whose values are secrets. */
const VARIABLES = [...named, ...spelled];

/**
 * The environment with secrets in the place of the files that hold them: `DATABASE_URL_FILE=/run/secrets/url` sets `DATABASE_URL`,
 * and so on for every secret setting, since a variable is shown by `docker inspect` and a file is not. Errors: `SourceError` for a
 * file that cannot be read, is empty, or is named beside the variable itself.
 */
export const withSecretFiles = (env: Env): Record<string, string | undefined> => {
  const filled: Record<string, string | undefined> = { ...env };
  for (const variable of VARIABLES) {
    const file = env[variable + ENDING];
    if (!file) continue;
    delete filled[variable + ENDING];
    if (env[variable]) throw new SourceError(`${variable} and ${variable}${ENDING} are both set. Set one of them.`);
    let secret: string;
    try {
      secret = readFileSync(file, 'utf8').trim();
    } catch (error) {
      const { code } = error as { code?: unknown };
      throw new SourceError(`${variable}${ENDING} is ${file}, which cannot be read (${String(code)}).`);
    }
    if (secret === '') throw new SourceError(`${variable}${ENDING} is ${file}, which is empty.`);
    filled[variable] = secret;
  }
  return filled;
};
