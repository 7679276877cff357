import { NAMED_VARIABLES, SETTINGS } from '../../src/config/schema.ts';

const spelled = (path: string): string => `MEMFUSE_${path.replaceAll('.', '__').toUpperCase()}`;

/** Whether a server reads a variable of this name. */
export const isKnownVariable = (name: string): boolean => {
  const isSetting = (variable: string, secretOnly: boolean): boolean =>
    SETTINGS.some(({ path, secret }) => {
      const isNamed = (NAMED_VARIABLES as Readonly<Record<string, string>>)[variable] === path;
      return (secret || !secretOnly) && (isNamed || spelled(path) === variable);
    });
  return name.endsWith('_FILE') ? isSetting(name.slice(0, -'_FILE'.length), true) : isSetting(name, false);
};
