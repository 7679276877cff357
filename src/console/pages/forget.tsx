import { Badge, Button, Card, Flex, Heading, Text, TextField } from '@radix-ui/themes';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Answer, Operations } from '../../client/index.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { useFactChange } from '../parts/use-fact-change.ts';
import { useServer } from '../server.ts';

type Forgotten = Answer<Operations['forget']>['forgotten'];

const rowsOf = ({ messages, knowledge, facts }: Forgotten) => [
  ...messages.map(({ id, role, content }) => ({ id, what: `message of the ${role}`, text: content })),
  ...knowledge.map(({ id, content }) => ({ id, what: 'knowledge', text: content })),
  ...facts.map(({ id, text }) => ({ id, what: 'fact', text })),
];

const counted = (count: number): string => (count === 1 ? '1 memory' : `${count} memories`);

/** Forgets what is named in words; first it shows what that would be. */
export const ForgetTab = ({ userId }: { userId: string }) => {
  const { api } = useServer();
  const [query, setQuery] = useState('');
  const ask = (isDry: boolean) =>
    api.call('forget', { path: { user_id: userId }, body: { query: query.trim(), dry_run: isDry } });
  const look = useMutation({ mutationFn: () => ask(true) });
  const forget = useFactChange(
    userId,
    () => ask(false),
    () => {
      look.reset();
      setQuery('');
    },
  );
  const rows = look.data ? rowsOf(look.data.forgotten) : [];
  return (
    <Flex direction="column" gap="4">
      <form
        className="search two"
        onSubmit={(event) => {
          event.preventDefault();
          forget.reset();
          if (query.trim() !== '') look.mutate();
        }}
      >
        <TextField.Root
          aria-label="What is to be forgotten"
          placeholder="What is to be forgotten, in words"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            look.reset();
          }}
        />
        <Button type="submit" disabled={query.trim() === ''} loading={look.isPending}>
          Show what would go
        </Button>
      </form>
      {look.error && <Failure error={look.error} />}
      {forget.isSuccess && !look.data && (
        <Text size="2" role="status">
          It is forgotten.
        </Text>
      )}
      {!look.data && !look.error && !forget.isSuccess && (
        <Nothing title="Name what is to be forgotten">
          Everything that says it is shown first: messages, what repeats them, facts and knowledge. Nothing is deleted
          before you say so.
        </Nothing>
      )}
      {look.data && rows.length === 0 && (
        <Nothing title="Nothing says that">
          Name it in the words that were used, or look for them in the search.
        </Nothing>
      )}
      {rows.length > 0 && (
        <Flex direction="column" gap="3">
          <Flex justify="between" align="center" gap="3" wrap="wrap">
            <Heading as="h2" size="4">
              {counted(rows.length)} would be forgotten
            </Heading>
            <Confirm
              title={`Forget ${counted(rows.length)}?`}
              text="They are deleted for good, with the facts that were read from them."
              yes="Forget for good"
              change={forget}
            >
              <Button variant="soft" color="red">
                Forget
              </Button>
            </Confirm>
          </Flex>
          {rows.map(({ id, what, text }) => (
            <Card key={id}>
              <Badge color="gray" mb="1">
                {what}
              </Badge>
              <Text as="p" size="2" className="said">
                {text}
              </Text>
            </Card>
          ))}
        </Flex>
      )}
    </Flex>
  );
};
