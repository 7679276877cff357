import { Badge, Button, Dialog, Flex, Spinner, Text } from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import type { Answer, Operations } from '../../client/index.ts';
import { useServer } from '../server.ts';
import { type Fact, validityOf } from './fact-card.tsx';
import { Failure } from './failure.tsx';
import { Instant } from './instant.tsx';
import { useFactChange } from './use-fact-change.ts';

type Happening = Answer<Operations['factHistory']>['history'][number];
type Snapshot = Happening['after'];

/** What a change changed, in words: each value before and behind it. */
const differencesOf = ({ before, after }: Happening): readonly string[] => {
  if (!before) return [after.text];
  const shown = (of: (snapshot: Snapshot) => string): string[] =>
    of(before) === of(after) ? [] : [`${of(before)} → ${of(after)}`];
  return [
    ...shown(({ text }) => text),
    ...shown(({ state }) => state),
    ...shown(({ category }) => category),
    ...shown(validityOf),
    ...shown(({ confidence }) => `${Math.round(confidence * 100)} % sure`),
  ];
};

const Events = ({ factId }: { factId: string }) => {
  const { api } = useServer();
  const history = useQuery({
    queryKey: ['history', factId],
    queryFn: ({ signal }) => api.call('factHistory', { path: { fact_id: factId } }, { signal }),
  });
  if (history.error) return <Failure error={history.error} again={() => void history.refetch()} />;
  if (!history.data) return <Spinner />;
  return (
    <ol className="plain">
      {history.data.history.map((event, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events are only ever added at the end, and two may be of one moment.
        <li key={place}>
          <Flex direction="column" gap="1" py="2">
            <Flex gap="2" align="center" wrap="wrap">
              <Badge color="gray">{event.change}</Badge>
              <Instant at={event.at} />
              <Text size="1" color="gray">
                {event.reason}
              </Text>
            </Flex>
            {differencesOf(event).map((line) => (
              <Text key={line} as="p" size="2" className="said">
                {line}
              </Text>
            ))}
          </Flex>
        </li>
      ))}
    </ol>
  );
};

/** What became of a fact, and the way to take the newest change back. */
export const History = ({ fact }: { fact: Fact }) => {
  const { api } = useServer();
  const undo = useFactChange(fact.user_id, () => api.call('undoFact', { path: { fact_id: fact.id } }));
  return (
    <Dialog.Root onOpenChange={() => undo.reset()}>
      <Dialog.Trigger>
        <Button size="1" variant="ghost">
          History
        </Button>
      </Dialog.Trigger>
      <Dialog.Content>
        <Dialog.Title>What became of it</Dialog.Title>
        <Dialog.Description size="2" mb="2" className="said">
          {fact.text}
        </Dialog.Description>
        <Events factId={fact.id} />
        {undo.error && <Failure error={undo.error} />}
        <Flex justify="end" gap="3" mt="4">
          <Button variant="soft" loading={undo.isPending} onClick={() => undo.mutate()}>
            Undo the newest change
          </Button>
          <Dialog.Close>
            <Button variant="soft">Close</Button>
          </Dialog.Close>
        </Flex>
      </Dialog.Content>
    </Dialog.Root>
  );
};
