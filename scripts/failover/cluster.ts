import { chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../local/ports.ts';
import { findPostgres } from '../local/postgres-binaries.ts';

const DEPLOY = join(import.meta.dir, '..', '..', 'deploy', 'high-availability');
const HOST = '127.0.0.1';
const NOBODY = 65_534;
const PASSWORD = 'failover';
const PATIENCE_MS = 120_000;
const LOOK_MS = 50;

/** What a node says of itself; null while it does not answer. */
export interface NodeState {
  readonly role: string;
  readonly state: string;
  readonly isSynchronous: boolean;
}

export interface Node {
  readonly name: string;
  state(): Promise<NodeState | null>;
  /** The end of its machine: Patroni and Postgres are killed where they are. */
  kill(): Promise<void>;
  start(): void;
}

export interface Cluster {
  /** The database behind the proxy, whoever is primary. */
  readonly url: string;
  readonly nodes: readonly [Node, Node];
  /** The node that is primary, once the other is its synchronous standby. */
  whole(): Promise<Node>;
  stop(): Promise<void>;
}

const program = (name: string): string => {
  const found = Bun.which(name, { PATH: `${process.env['PATH']}:/usr/sbin` });
  if (found) return found;
  const packages = 'apt-get install patroni python3-etcd etcd-server haproxy postgresql';
  throw new Error(`There is no ${name} on this machine. Install what this needs: ${packages}.`);
};

const isRoot = (): boolean => process.getuid?.() === 0;
/** Postgres refuses to be root. */
const asNobody = isRoot() ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];

export const until = async <T>(what: string, look: () => Promise<T | null | false>): Promise<T> => {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false) return seen;
    if (performance.now() > endMs) throw new Error(`Within ${PATIENCE_MS / 1_000} s it did not happen: ${what}.`);
    await Bun.sleep(LOOK_MS);
  }
};

const filled = (file: string, values: Readonly<Record<string, string>>): string =>
  readFileSync(join(DEPLOY, file), 'utf8').replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

/** The children of a process, and theirs. */
const descendants = (pid: number): number[] => {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'pid=', '--ppid', String(pid)]);
  const children = stdout.toString().split(/\s+/).filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
};

/** Starts etcd, two nodes of Postgres under Patroni, and HAProxy before them, as `deploy/high-availability` sets them up. */
export const startCluster = async (folder: string): Promise<Cluster> => {
  const running = new Map<string, Bun.Subprocess>();
  const spawn = (name: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): void => {
    const log = openSync(join(folder, `${name}.log`), 'a');
    const child = Bun.spawn([...command], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdin: 'ignore',
      stdout: log,
      stderr: log,
    });
    closeSync(log);
    running.set(name, child);
  };

  const [etcdPort, peerPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
  const etcd = `http://${HOST}:${etcdPort}`;
  const etcdOptions = [
    '--data-dir',
    join(folder, 'etcd'),
    '--listen-client-urls',
    etcd,
    '--advertise-client-urls',
    etcd,
  ];
  spawn('etcd', [program('etcd'), ...etcdOptions, '--listen-peer-urls', `http://${HOST}:${peerPort}`]);

  const openNode = async (name: string) => {
    const [port, restPort] = [await freePort(), await freePort()];
    const home = join(folder, name);
    mkdirSync(home, { mode: 0o700 });
    const file = join(home, 'patroni.yaml');
    const values = { NAME: name, HOST, PORT: String(port), REST_PORT: String(restPort), ETCD: `${HOST}:${etcdPort}` };
    const own = { BIN: findPostgres().folder, DATA: join(home, 'data'), NETWORK: `${HOST}/32`, PASSWORD };
    writeFileSync(file, filled('patroni.yaml', { ...values, ...own }), { mode: 0o600 });
    if (isRoot()) for (const path of [home, file]) chownSync(path, NOBODY, NOBODY);
    const node: Node = {
      name,
      state: async () => {
        const answer = await fetch(`http://${HOST}:${restPort}/patroni`).catch(() => null);
        if (!answer) return null;
        const told = (await answer.json()) as { role: string; state: string; sync_standby?: boolean };
        return { role: told.role, state: told.state, isSynchronous: told.sync_standby === true };
      },
      kill: async () => {
        const child = running.get(name);
        if (!child) return;
        const pids = [child.pid, ...descendants(child.pid)];
        // Postgres is nobody's child: Patroni starts it apart from itself.
        const postmaster = Bun.file(join(home, 'data', 'postmaster.pid'));
        const first = (await postmaster.exists()) ? Number((await postmaster.text()).split('\n', 1)[0]) : Number.NaN;
        if (Number.isSafeInteger(first)) pids.push(first, ...descendants(first));
        for (const pid of new Set(pids)) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // It has ended by itself, because another did.
          }
        }
        await child.exited;
        running.delete(name);
      },
      start: () => spawn(name, [...asNobody, program('patroni'), file]),
    };
    return { node, port, restPort };
  };
  const [one, two] = [await openNode('one'), await openNode('two')];
  one.node.start();
  const isPrimary = async ({ state }: Node): Promise<boolean> => (await state())?.role === 'master';
  try {
    await until('the first node is primary', () => isPrimary(one.node));
    two.node.start();
    spawn('haproxy', [program('haproxy'), '-db', '-f', join(DEPLOY, 'haproxy.cfg')], {
      LISTEN: `${HOST}:${proxyPort}`,
      NODE_1: `${HOST}:${one.port}`,
      REST_1: String(one.restPort),
      NODE_2: `${HOST}:${two.port}`,
      REST_2: String(two.restPort),
    });
  } catch (error) {
    for (const child of running.values()) child.kill('SIGKILL');
    throw error;
  }
  const nodes = [one.node, two.node] as const;
  return {
    url: `postgres://memfuse:${PASSWORD}@${HOST}:${proxyPort}/postgres`,
    nodes,
    whole: () =>
      until('there are a primary and its synchronous standby', async () => {
        const states = await Promise.all(nodes.map(({ state }) => state()));
        const primary = nodes.find((_, i) => states[i]?.role === 'master' && states[i]?.state === 'running');
        return states.some((state) => state?.isSynchronous) ? (primary ?? null) : null;
      }),
    stop: async () => {
      for (const { kill } of nodes) await kill();
      for (const child of running.values()) {
        child.kill('SIGKILL');
        await child.exited;
      }
    },
  };
};
