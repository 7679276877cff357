// Opens a store on a machine on which sqlite-vec does not load, and prints what the error says.
import type { MemfuseError } from '../../../../src/contract/errors.ts';

const load = (): never => {
  throw new Error('/some/where/vec0.so: cannot open shared object file');
};
Bun.plugin({
  name: 'no sqlite-vec',
  setup: (build) => {
    build.module('sqlite-vec', () => ({ exports: { load }, loader: 'object' }));
  },
});

const { openSqliteStore } = await import('../../../../adapters/sqlite/open.ts');
const opening = openSqliteStore({ file: process.argv[2] ?? '', writer: 'here' });
const { code, message } = await opening.then(
  () => ({ code: null, message: 'it opened' }),
  (error: MemfuseError) => error,
);
console.log(JSON.stringify({ code, message }));
