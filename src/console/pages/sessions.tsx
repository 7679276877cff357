import { Link as Anchor, Card, Flex, Spinner, Text } from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { LongList } from '../parts/long-list.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { PAGE, usePagesOf } from '../parts/pages-of.ts';
import { useServer } from '../server.ts';

/** The name of the agent of a conversation; asked for once for all conversations. */
const AgentName = ({ agentId }: { agentId: string }) => {
  const { api } = useServer();
  const agent = useQuery({
    queryKey: ['agent', agentId],
    queryFn: ({ signal }) => api.agents.get(agentId, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Text size="1" color="gray" className="said">
      {agent.data ? `with ${agent.data.name}` : '\u00a0'}
    </Text>
  );
};

/** The conversations of a user. */
export const SessionsTab = ({ userId }: { userId: string }) => {
  const { api } = useServer();
  const sessions = usePagesOf(['sessions', userId], async (cursor, signal) => {
    const answer = await api.call('listSessions', { query: { user_id: userId, limit: PAGE, cursor } }, { signal });
    return { rows: answer.sessions, nextCursor: answer.next_cursor };
  });
  if (sessions.error) return <Failure error={sessions.error} again={sessions.again} />;
  if (sessions.isFirst) return <Spinner />;
  if (sessions.rows.length === 0) {
    return (
      <Nothing title="No conversations yet">
        One appears with the first message that a client adds for this user.
      </Nothing>
    );
  }
  return (
    <Card>
      <LongList
        label="Conversations"
        rows={sessions.rows}
        keyOf={({ id }) => id}
        show={(session) => (
          <Flex justify="between" gap="3" py="3" align="baseline" wrap="wrap">
            <Flex direction="column" gap="1" minWidth="0">
              <Anchor asChild weight="medium">
                <Link className="said" href={`/users/${userId}/sessions/${session.id}`}>
                  {session.name}
                </Link>
              </Anchor>
              <AgentName agentId={session.agent_id} />
            </Flex>
            <Instant at={session.created_at} />
          </Flex>
        )}
        usualPx={66}
        more={sessions.more}
        isLoading={sessions.isLoading}
        maxHeight="calc(100vh - 240px)"
      />
    </Card>
  );
};
