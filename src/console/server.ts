import { createContext, useContext } from 'react';
import { MemFuse } from '../client/index.ts';

/** The server that this page came from, and the key that it is asked with. */
export interface Server {
  readonly api: MemFuse;
  /** Asks for what is beside the API, such as `/metrics`. */
  readonly ask: (path: string, request?: RequestInit) => Promise<Response>;
  readonly key: string | null;
}

export const openServer = (key: string | null): Server => {
  const baseUrl = location.origin;
  return {
    api: new MemFuse({ baseUrl, retries: 1, ...(key !== null && { apiKey: key }) }),
    ask: (path, request = {}) =>
      fetch(baseUrl + path, { ...request, headers: key === null ? {} : { Authorization: `Bearer ${key}` } }),
    key,
  };
};

export const ServerContext = createContext<Server | null>(null);

/** The server to ask. Errors: outside of the console there is none. */
export const useServer = (): Server => {
  const server = useContext(ServerContext);
  if (!server) throw new Error('There is no server here.');
  return server;
};
