import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dir, '..', '..');
/** The first Node that better-sqlite3 supports. An older one on the path is passed over for one from npm. */
const OLDEST_NODE = 22;
const WITH_NODE_FROM_NPM_MS = 120_000;

const nodeCommand = (): string[] => {
  const version = Bun.which('node') ? Bun.spawnSync(['node', '--version']).stdout.toString() : 'v0';
  return Number(/^v(\d+)/.exec(version)?.[1]) >= OLDEST_NODE ? ['node'] : ['npx', '-y', `node@${OLDEST_NODE}`];
};

test(
  'the fetch handler serves a conversation on Node as it does on Bun',
  async () => {
    const built = await Bun.build({
      entrypoints: [join(import.meta.dir, 'on-node', 'entry.ts')],
      target: 'node',
      packages: 'external',
    });
    // Below node_modules, where Node finds the packages that are not bundled.
    const folder = temporaryFolder(join(ROOT, 'node_modules', '.cache'));
    const script = join(folder.path, 'entry.mjs');
    await Bun.write(script, (await built.outputs[0]?.text()) ?? '');
    const node = Bun.spawn([...nodeCommand(), script], { cwd: ROOT, stdout: 'pipe', stderr: 'pipe' });
    const [output, errors] = await Promise.all([new Response(node.stdout).text(), new Response(node.stderr).text()]);
    folder.remove();
    expect({ exit: await node.exited, errors: (await node.exited) === 0 ? '' : errors }).toEqual({
      exit: 0,
      errors: '',
    });
    const { runtime, added, found, wrong } = JSON.parse(output);
    expect(runtime).toBe('node');
    expect(added.status).toBe(201);
    expect(found.body.data.results[0].id).toBe(added.body.data.message_ids[0]);
    expect(wrong.status).toBe(422);
  },
  WITH_NODE_FROM_NPM_MS,
);
