import { Link as Anchor, Badge, Button, Card, Dialog, Flex, Spinner, Text } from '@radix-ui/themes';
import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useServer } from '../server.ts';
import { Failure } from './failure.tsx';
import { Instant } from './instant.tsx';

/** Messages that are shown of one thing: a fact can be said a hundred times. */
const MOST_SHOWN = 20;

const Messages = ({ userId, ids }: { userId: string; ids: readonly string[] }) => {
  const { api } = useServer();
  const messages = useQueries({
    queries: ids.slice(0, MOST_SHOWN).map((message_id) => ({
      queryKey: ['message', message_id],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await api.call('getMessage', { path: { message_id } }, { signal })).message,
    })),
  });
  return (
    <Flex direction="column" gap="3">
      {messages.map(({ data, error }, place) => {
        if (error) return <Failure key={ids[place]} error={error} />;
        if (!data) return <Spinner key={ids[place]} />;
        return (
          <Card key={data.id}>
            <Flex direction="column" gap="2">
              <Flex gap="2" align="center">
                <Badge color="gray">{data.role}</Badge>
                <Instant at={data.created_at} />
              </Flex>
              <Text as="p" size="2" className="said">
                {data.content}
              </Text>
              <Anchor asChild size="1">
                <Link href={`/users/${userId}/sessions/${data.session_id}`}>Open the conversation</Link>
              </Anchor>
            </Flex>
          </Card>
        );
      })}
      {ids.length > MOST_SHOWN && (
        <Text size="1" color="gray">
          And {ids.length - MOST_SHOWN} more.
        </Text>
      )}
    </Flex>
  );
};

interface SourcesProps {
  readonly userId: string;
  readonly ids: readonly string[];
  /** What was made from them. */
  readonly of: string;
  /** On the button; how often it was said when absent. */
  readonly label?: string;
}

/** The messages that something was made from, behind a button that counts them. */
export const Sources = ({ userId, ids, of, label }: SourcesProps) => {
  if (ids.length === 0) {
    return (
      <Text size="1" color="gray">
        Stated by a person
      </Text>
    );
  }
  return (
    <Dialog.Root>
      <Dialog.Trigger>
        <Button size="1" variant="ghost">
          {label ?? (ids.length === 1 ? 'Said once' : `Said ${ids.length} times`)}
        </Button>
      </Dialog.Trigger>
      <Dialog.Content>
        <Dialog.Title>Where this was said</Dialog.Title>
        <Dialog.Description size="2" mb="3" className="said">
          {of}
        </Dialog.Description>
        <Messages userId={userId} ids={ids} />
        <Flex justify="end" mt="4">
          <Dialog.Close>
            <Button variant="soft">Close</Button>
          </Dialog.Close>
        </Flex>
      </Dialog.Content>
    </Dialog.Root>
  );
};
