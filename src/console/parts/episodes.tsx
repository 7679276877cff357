import { Badge, Button, Card, Flex, Text } from '@radix-ui/themes';
import { useServer } from '../server.ts';
import { Failure } from './failure.tsx';
import { Instant } from './instant.tsx';
import { PAGE, usePagesOf } from './pages-of.ts';
import { Sources } from './sources.tsx';

/** What a conversation was about, in parts of one topic each, and the messages of each. */
export const Episodes = ({ userId, sessionId }: { userId: string; sessionId: string }) => {
  const { api } = useServer();
  const episodes = usePagesOf(['episodes', userId, sessionId], async (cursor, signal) => {
    const query = { session_id: sessionId, limit: PAGE, cursor };
    const answer = await api.call('listEpisodes', { path: { user_id: userId }, query }, { signal });
    return { rows: answer.episodes, nextCursor: answer.next_cursor };
  });
  return (
    <Flex direction="column" gap="3">
      {episodes.error && <Failure error={episodes.error} again={episodes.again} />}
      {!episodes.isFirst && episodes.rows.length === 0 && (
        <Text as="p" size="2" color="gray">
          None yet. Episodes are made of messages in the background.
        </Text>
      )}
      {episodes.rows.map((episode) => (
        <Card key={episode.id}>
          <Flex direction="column" gap="2">
            <Text as="p" size="2" weight="medium" className="said">
              {episode.title}
            </Text>
            <Text as="p" size="2" className="said">
              {episode.summary}
            </Text>
            <Flex gap="2" align="center" wrap="wrap">
              {episode.open && <Badge color="green">goes on</Badge>}
              <Instant at={episode.started_at} />
              <Sources
                userId={userId}
                ids={episode.message_ids}
                of={episode.title}
                label={episode.message_ids.length === 1 ? '1 message' : `${episode.message_ids.length} messages`}
              />
            </Flex>
          </Flex>
        </Card>
      ))}
      {episodes.more && (
        <Button variant="soft" onClick={episodes.more}>
          More episodes
        </Button>
      )}
    </Flex>
  );
};
