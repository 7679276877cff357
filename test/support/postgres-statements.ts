import { readdirSync, readFileSync } from 'node:fs';
import { type Prepared, prepare } from '../../adapters/postgres/statements.ts';
import { parseStatements } from '../../adapters/sql-files.ts';

const FOLDER = new URL('../../adapters/postgres/sql/', import.meta.url);

/** Every statement of the adapter, by file and name such as `messages.insert`. */
export const STATEMENTS: ReadonlyMap<string, Prepared> = new Map(
  readdirSync(FOLDER).flatMap((file) => {
    const statements = [...parseStatements(readFileSync(new URL(file, FOLDER), 'utf8'))];
    return statements.map(([name, sql]) => [`${file.replace('.sql', '')}.${name}`, prepare(sql)] as const);
  }),
);
