// Opens each file named on standard input as a store, makes a tenant in it and closes it; says how that went.
import { openSqliteStore } from '../../../../adapters/sqlite/open.ts';

console.log('ready');
for await (const file of console) {
  try {
    const store = await openSqliteStore({ file, writer: 'here' });
    const key = await store.tenants.ensure('tenant', 1_000);
    await store.close();
    console.log(`opened, tenant ${key}`);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    console.log(`${error} ${cause}`);
  }
}
