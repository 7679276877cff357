import { ArrowLeftIcon } from '@radix-ui/react-icons';
import { Link as Anchor, Badge, Button, Card, Flex, Heading, SegmentedControl, Spinner, Text } from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Answer, Operations } from '../../client/index.ts';
import { Episodes } from '../parts/episodes.tsx';
import { FactCard } from '../parts/fact-card.tsx';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { LongList } from '../parts/long-list.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { PAGE, usePagesOf } from '../parts/pages-of.ts';
import { useServer } from '../server.ts';

type Order = 'asc' | 'desc';
type Message = Answer<Operations['listMessages']>['messages'][number];

const Said = ({ message, facts, show }: { message: Message; facts: number; show: () => void }) => {
  const name = 'name' in message ? message.name : null;
  return (
    <Flex direction="column" gap="1" py="3">
      <Flex gap="2" align="center" wrap="wrap">
        <Badge color={message.role === 'user' ? 'indigo' : 'gray'}>{message.role}</Badge>
        {name && <Text size="1">{name}</Text>}
        <Instant at={message.created_at} />
        {facts > 0 && (
          <Button size="1" variant="ghost" onClick={show}>
            {facts === 1 ? '1 fact' : `${facts} facts`}
          </Button>
        )}
      </Flex>
      <Text as="p" size="2" className="said">
        {message.content}
      </Text>
    </Flex>
  );
};

/** A conversation: its messages, and beside them what is known from them. */
export const ConversationPage = ({ userId, sessionId }: { userId: string; sessionId: string }) => {
  const { api } = useServer();
  const [order, setOrder] = useState<Order>('asc');
  const [messageId, setMessageId] = useState<string | null>(null);
  const session = useQuery({
    queryKey: ['session', sessionId],
    queryFn: async ({ signal }) =>
      (await api.call('getSession', { path: { session_id: sessionId } }, { signal })).session,
  });
  const messages = usePagesOf(['messages', sessionId, order], async (cursor, signal) => {
    const query = { limit: PAGE, order, cursor, fields: 'all' };
    const answer = await api.call('listMessages', { path: { session_id: sessionId }, query }, { signal });
    return { rows: answer.messages, nextCursor: answer.next_cursor };
  });
  const facts = usePagesOf(['facts', userId, 'session', sessionId], async (cursor, signal) => {
    const query = { session_id: sessionId, state: 'all', limit: PAGE, cursor };
    const answer = await api.call('listFacts', { path: { user_id: userId }, query }, { signal });
    return { rows: answer.facts, nextCursor: answer.next_cursor };
  });
  const counts = useMemo(() => {
    const all = new Map<string, number>();
    for (const { message_ids } of facts.rows) for (const id of message_ids) all.set(id, (all.get(id) ?? 0) + 1);
    return all;
  }, [facts.rows]);
  const shown = messageId === null ? facts.rows : facts.rows.filter((fact) => fact.message_ids.includes(messageId));
  const error = session.error ?? messages.error ?? facts.error;
  if (error) return <Failure error={error} again={messages.again} />;
  return (
    <Flex direction="column" gap="4">
      <Anchor asChild size="2">
        <Link href={`/users/${userId}/sessions`}>
          <ArrowLeftIcon aria-hidden /> All conversations
        </Link>
      </Anchor>
      <Flex justify="between" align="center" gap="3" wrap="wrap">
        <Heading as="h1" size="6" className="said">
          {session.data?.name ?? '\u00a0'}
        </Heading>
        <SegmentedControl.Root
          aria-label="Order"
          value={order}
          onValueChange={(value) => setOrder(value === 'desc' ? 'desc' : 'asc')}
        >
          <SegmentedControl.Item value="asc">Oldest first</SegmentedControl.Item>
          <SegmentedControl.Item value="desc">Newest first</SegmentedControl.Item>
        </SegmentedControl.Root>
      </Flex>
      <div className="beside">
        <Card>
          {messages.isFirst && <Spinner />}
          {!messages.isFirst && messages.rows.length === 0 && (
            <Nothing title="Nothing was said yet">Messages appear when a client adds them to this session.</Nothing>
          )}
          {messages.rows.length > 0 && (
            <LongList
              key={order}
              label="Messages"
              rows={messages.rows}
              keyOf={({ id }) => id}
              show={(message) => (
                <Said message={message} facts={counts.get(message.id) ?? 0} show={() => setMessageId(message.id)} />
              )}
              usualPx={84}
              more={messages.more}
              isLoading={messages.isLoading}
              maxHeight="calc(100vh - 200px)"
            />
          )}
        </Card>
        <Flex asChild direction="column" gap="3">
          <section aria-labelledby="known">
            <Flex justify="between" align="center" gap="2">
              <Heading as="h2" size="3" id="known">
                {messageId === null ? 'Facts from this conversation' : 'Facts from the message'}
              </Heading>
              {messageId !== null && (
                <Button size="1" variant="soft" onClick={() => setMessageId(null)}>
                  Show all
                </Button>
              )}
            </Flex>
            {!facts.isFirst && shown.length === 0 && (
              <Text as="p" size="2" color="gray">
                None yet. Facts are read out of messages in the background, while memory.facts.enabled is on.
              </Text>
            )}
            {shown.map((fact) => (
              <FactCard key={fact.id} fact={fact} />
            ))}
            {facts.more && messageId === null && (
              <Button variant="soft" onClick={facts.more}>
                More facts
              </Button>
            )}
            <Heading as="h2" size="3" mt="3">
              Episodes
            </Heading>
            <Episodes userId={userId} sessionId={sessionId} />
          </section>
        </Flex>
      </div>
    </Flex>
  );
};
