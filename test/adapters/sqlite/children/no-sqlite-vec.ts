// Opens stores on a machine on which sqlite-vec does not load, and prints what each comes to.
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
for (const file of process.argv.slice(2)) {
  const opening = openSqliteStore({ file, writer: 'here' });
  const { code, message } = await opening.then(
    async (store) => {
      await store.close();
      return { code: null, message: 'it opened' };
    },
    (error: MemfuseError) => error,
  );
  console.log(JSON.stringify({ code, message }));
}
