import {
  BarChartIcon,
  CardStackIcon,
  GearIcon,
  MoonIcon,
  PersonIcon,
  SunIcon,
  UpdateIcon,
} from '@radix-ui/react-icons';
import { Link as Anchor, Button, Flex, IconButton, Text, Tooltip } from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import type { Appearance } from './appearance.ts';
import { ConversationPage } from './pages/conversation.tsx';
import { MetricsPage } from './pages/metrics.tsx';
import { SettingsPage } from './pages/settings.tsx';
import { TransferPage } from './pages/transfer.tsx';
import { UserPage } from './pages/user.tsx';
import { UsersPage } from './pages/users.tsx';
import { WorkPage } from './pages/work.tsx';
import { Nothing } from './parts/nothing.tsx';
import { useServer } from './server.ts';

const Entry = ({ to, at, children }: { to: string; at: (path: string) => boolean; children: ReactNode }) => {
  const [path] = useLocation();
  return (
    <Link href={to} aria-current={at(path) ? 'page' : undefined}>
      {children}
    </Link>
  );
};

/** What stands around every page: its name, the ways to the others, and the version of the server. */
export const Shell = ({ appearance, forgetKey }: { appearance: Appearance; forgetKey: (() => void) | null }) => {
  const { api } = useServer();
  const health = useQuery({ queryKey: ['health'], queryFn: ({ signal }) => api.call('health', {}, { signal }) });
  const other = appearance.shown === 'dark' ? 'light' : 'dark';
  return (
    <div className="shell">
      <a className="skip" href="#page">
        Go to the page
      </a>
      <Flex asChild direction="column" justify="between" gap="3" p="3" className="side">
        <header>
          <Flex direction="column" gap="3">
            <Flex align="center" justify="between" px="3" pt="1">
              <Text className="name">MemFuse</Text>
              <Tooltip content={`Show it ${other}`}>
                <IconButton variant="ghost" color="gray" aria-label={`Show it ${other}`} onClick={appearance.change}>
                  {other === 'dark' ? <MoonIcon /> : <SunIcon />}
                </IconButton>
              </Tooltip>
            </Flex>
            <nav aria-label="Pages">
              <Entry to="/" at={(path) => path === '/' || path.startsWith('/users')}>
                <PersonIcon aria-hidden /> Users
              </Entry>
              <Entry to="/work" at={(path) => path === '/work'}>
                <UpdateIcon aria-hidden /> Background work
              </Entry>
              <Entry to="/metrics" at={(path) => path === '/metrics'}>
                <BarChartIcon aria-hidden /> Live metrics
              </Entry>
              <Entry to="/transfer" at={(path) => path === '/transfer'}>
                <CardStackIcon aria-hidden /> Import and export
              </Entry>
              <Entry to="/settings" at={(path) => path === '/settings'}>
                <GearIcon aria-hidden /> Settings
              </Entry>
            </nav>
          </Flex>
          <Flex direction="column" gap="2" px="3">
            {forgetKey && (
              <Button size="1" variant="soft" color="gray" onClick={forgetKey}>
                Forget the API key
              </Button>
            )}
            <Text size="1" color="gray" className="about">
              {health.data ? `${health.data.version} on ${health.data.storage}` : '\u00a0'}
            </Text>
            <Anchor size="1" href="/docs" className="about">
              Try calls of the API
            </Anchor>
          </Flex>
        </header>
      </Flex>
      <main id="page" className="page" tabIndex={-1}>
        <Switch>
          <Route path="/" component={UsersPage} />
          <Route path="/work" component={WorkPage} />
          <Route path="/transfer" component={TransferPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route path="/metrics">
            <MetricsPage appearance={appearance.shown} />
          </Route>
          <Route path="/users/:userId/sessions/:sessionId">
            {({ userId, sessionId }) => <ConversationPage userId={userId} sessionId={sessionId} />}
          </Route>
          <Route path="/users/:userId/:tab?">{({ userId, tab }) => <UserPage userId={userId} tab={tab} />}</Route>
          <Route>
            <Nothing title="There is no such page">Choose one of those at the side.</Nothing>
          </Route>
        </Switch>
      </main>
    </div>
  );
};
