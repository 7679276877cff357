import { isLoopback } from '../config/loopback.ts';
import { type RefusalError, refuse } from './errors.ts';

/** A name or an address, and a port: what may stand in a Host header. */
const AUTHORITY = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;
const IP_ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])$/i;
/** Addresses that stand for every address of the machine. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '[::]']);
/** Longest header that an error repeats. */
const MAX_SHOWN = 100;

/** The name in a Host header or an authority, in lower case and without the dot at its end; null when it is none. */
const nameIn = (authority: string): string | null =>
  AUTHORITY.exec(authority)?.[1]?.toLowerCase().replace(/\.$/, '') ?? null;

const shown = (header: string): string =>
  JSON.stringify(header.length > MAX_SHOWN ? `${header.slice(0, MAX_SHOWN)}…` : header);

export interface HostRules {
  /** The address that the server listens on, as it is configured. */
  readonly host: string;
  /** Origins whose pages may call: their hosts are names of this server too, such as that of a proxy before it. */
  readonly origins: readonly string[];
}

/** Checks the Host header of a request, null when there is none. Errors: 400, 421. */
export type HostCheck = (header: string | null) => void;

/** Two Host headers, which reach the app as one with a comma. Errors: 400. */
export const assertOneHost: HostCheck = (header) => {
  if (header?.includes(',')) throw refuse(400, 'host', 'Bad Request', 'A request should have one Host header.');
};

/**
 * Whom a request means. A page may be served under a name that its owner then lets point at this machine (DNS
 * rebinding): the browser takes both for one origin, and only the Host header tells them apart. So without keys a server
 * answers to its own names alone. A server that listens on every address does not know its names: there an IP address,
 * or a name without a dot, will do, since neither can be had from a name server of somebody else's. Programs that send no
 * Host, as HTTP/1.0 allows, are no browsers.
 */
export const createHostCheck = ({ host, origins }: HostRules): HostCheck => {
  const listensEverywhere = EVERY_ADDRESS.has(host);
  const address = host.includes(':') ? `[${host.replaceAll(/[[\]]/g, '')}]` : host;
  const named = [address, ...origins.filter((origin) => origin.includes('//')).map(authorityOf)];
  const own = new Set(named.map((name) => nameIn(name)).filter((name) => name !== null));
  const isOwn = (name: string): boolean =>
    isLoopback(name) || own.has(name) || (listensEverywhere && (IP_ADDRESS.test(name) || !name.includes('.')));

  return (header) => {
    assertOneHost(header);
    if (!header) return;
    const name = nameIn(header);
    if (name === null || !isOwn(name)) throw misdirected(header);
  };
};

const authorityOf = (origin: string): string => origin.replace(/^[^/]*\/\//, '');

const misdirected = (header: string): RefusalError => {
  const text = `Host is ${shown(header)}, which is not this server: without API keys it answers to localhost, 127.0.0.1, [::1], server.host, and the hosts of server.cors_origins. Ask for one of these, or turn API keys on.`;
  return refuse(421, 'host', 'Misdirected Request', text);
};
