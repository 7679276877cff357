import { Theme } from '@radix-ui/themes';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Router } from 'wouter';
import { MemFuseError } from '../client/index.ts';
import { useAppearance } from './appearance.ts';
import { AskForKey } from './ask-for-key.tsx';
import { openServer, ServerContext } from './server.ts';
import { Shell } from './shell.tsx';

/** Where the key is kept: in this tab, until it is closed. */
const KEY = 'memfuse.key';
const FRESH_MS = 5_000;

/** What refuses the key at hand, or the lack of one. */
const isKeyRefused = (error: unknown): error is MemFuseError => error instanceof MemFuseError && error.status === 401;

/** The console: the pages, and the question for a key before them when the server asks for one. */
export const App = () => {
  const [key, setKey] = useState(() => sessionStorage.getItem(KEY));
  const [refusal, setRefusal] = useState<string | null>(null);
  const appearance = useAppearance();
  const server = useMemo(() => openServer(key), [key]);
  // A client of its own for each key: nothing that one key may read is shown to another.
  const queries = useMemo(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: false, staleTime: FRESH_MS } },
        queryCache: new QueryCache({
          onError: (error) => {
            if (!isKeyRefused(error)) return;
            sessionStorage.removeItem(KEY);
            setRefusal(key === null ? '' : 'The server does not know this key, or it has expired.');
          },
        }),
      }),
    [key],
  );
  const enter = (given: string): void => {
    sessionStorage.setItem(KEY, given);
    setRefusal(null);
    setKey(given);
  };
  const forget = (): void => {
    sessionStorage.removeItem(KEY);
    setKey(null);
  };
  return (
    <Theme accentColor="indigo" grayColor="slate" appearance={appearance.shown} radius="medium">
      {/* Another key, another tree: nothing on the page stays that it showed to the one before. */}
      <QueryClientProvider key={key} client={queries}>
        <ServerContext.Provider value={server}>
          <Router base="/console">
            {refusal === null ? (
              <Shell appearance={appearance} forgetKey={key === null ? null : forget} />
            ) : (
              <AskForKey refusal={refusal} use={enter} />
            )}
          </Router>
        </ServerContext.Provider>
      </QueryClientProvider>
    </Theme>
  );
};
