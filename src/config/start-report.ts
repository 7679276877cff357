import { isLoopback } from './loopback.ts';
import type { Settings } from './schema.ts';
import { withoutPassword } from './without-password.ts';

/** What the person who started the server wants to know, in a few lines. */
export interface StartFacts {
  readonly settings: Settings;
  readonly version: string;
  /** Base address of the server, such as http://127.0.0.1:8000. */
  readonly url: string;
  /** The database, as a path or a URL without secrets. */
  readonly database: string;
  /** The settings file in use, or null. */
  readonly file: string | null;
  /** What is wrong and does not keep the server from serving. */
  /** Whether what connects several servers answers, when there is such a thing. */
  readonly isLinkUp?: boolean | undefined;
  readonly warnings?: readonly string[];
}

const keysLine = ({ server }: Settings): string => {
  if (server.api_key_validation) return 'on; make one with: bun run keys create';
  if (server.cors_origins.includes('*')) return 'OFF, AND EVERY WEB PAGE THAT IS OPENED HERE CAN CONNECT';
  return isLoopback(server.host) ? 'off, and only this machine can connect' : 'OFF, AND OTHER MACHINES CAN CONNECT';
};

/** Without its password. */
const redisLine = ({ redis }: Settings, isUp: boolean | undefined): string => {
  if (redis.url === undefined) return 'off';
  const url = withoutPassword(redis.url);
  return isUp ? url : `${url} DOES NOT ANSWER; the server goes on without it`;
};

export const startReport = (facts: StartFacts): string => {
  const { settings, version, url, database, file, isLinkUp, warnings = [] } = facts;
  const { server } = settings;
  const key = server.api_key_validation ? " -H 'Authorization: Bearer YOUR_API_KEY'" : '';
  const limited = server.api_key_validation || !isLoopback(server.host);
  const lines = [
    ['address', `${url}  (try calls at ${url}/docs)`],
    ['database', database],
    ['settings', file ?? 'defaults and environment (no memfuse.config file)'],
    ['API keys', keysLine(settings)],
    ['rate limit', limited ? `${server.rate_limit_per_minute} requests a minute` : 'off'],
    ...warnings.map((warning) => ['warning', warning] as const),
    ['redis', redisLine(settings, isLinkUp)],
    ['try it', `curl ${url}/api/v1/users${key}`],
  ];
  return [`MemFuse ${version}`, ...lines.map(([name, text]) => `  ${`${name}`.padEnd(11)}${text}`)].join('\n');
};
