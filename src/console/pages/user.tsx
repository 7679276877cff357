import { Flex, Heading, Spinner, TabNav, Text } from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Failure } from '../parts/failure.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { useServer } from '../server.ts';
import { ExportTab } from './export.tsx';
import { ForgetTab } from './forget.tsx';
import { KeysTab } from './keys.tsx';
import { ProfileTab } from './profile.tsx';
import { SearchTab } from './search.tsx';
import { SessionsTab } from './sessions.tsx';
import { TimelineTab } from './timeline.tsx';

const TABS = [
  { name: 'sessions', title: 'Conversations', Tab: SessionsTab },
  { name: 'search', title: 'Search', Tab: SearchTab },
  { name: 'profile', title: 'What holds now', Tab: ProfileTab },
  { name: 'timeline', title: 'Timeline', Tab: TimelineTab },
  { name: 'forget', title: 'Forget', Tab: ForgetTab },
  { name: 'export', title: 'Export', Tab: ExportTab },
  { name: 'keys', title: 'API keys', Tab: KeysTab },
] as const;

/** One user: who it is, and everything of them in tabs. */
export const UserPage = ({ userId, tab = 'sessions' }: { userId: string; tab: string | undefined }) => {
  const { api } = useServer();
  const user = useQuery({ queryKey: ['user', userId], queryFn: ({ signal }) => api.users.get(userId, { signal }) });
  const shown = TABS.find(({ name }) => name === tab);
  if (user.error) return <Failure error={user.error} again={() => void user.refetch()} />;
  if (!user.data) return <Spinner />;
  return (
    <Flex direction="column" gap="4">
      <Flex direction="column" gap="1">
        <Heading as="h1" size="6" className="said">
          {user.data.name}
        </Heading>
        {user.data.description && (
          <Text size="2" color="gray" className="said">
            {user.data.description}
          </Text>
        )}
      </Flex>
      <TabNav.Root aria-label={`Of ${user.data.name}`} wrap="wrap">
        {TABS.map(({ name, title }) => (
          <TabNav.Link key={name} asChild active={name === tab}>
            <Link href={`/users/${userId}/${name}`}>{title}</Link>
          </TabNav.Link>
        ))}
      </TabNav.Root>
      {shown ? (
        <shown.Tab userId={userId} />
      ) : (
        <Nothing title="There is no such page">Choose one of those above.</Nothing>
      )}
    </Flex>
  );
};
