import { MagnifyingGlassIcon, PlusIcon } from '@radix-ui/react-icons';
import { Link as Anchor, Button, Card, Code, Flex, Heading, Spinner, Text, TextField } from '@radix-ui/themes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { MemFuseError, type User } from '../../client/index.ts';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { LongList } from '../parts/long-list.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { PAGE, usePagesOf } from '../parts/pages-of.ts';
import { useServer } from '../server.ts';

const Row = ({ user }: { user: User }) => (
  <Flex justify="between" gap="3" py="3" align="baseline" wrap="wrap">
    <Flex direction="column" gap="1" minWidth="0">
      <Anchor asChild weight="medium">
        <Link className="said" href={`/users/${user.id}`}>
          {user.name}
        </Link>
      </Anchor>
      {user.description && (
        <Text size="1" color="gray" className="said">
          {user.description}
        </Text>
      )}
    </Flex>
    <Instant at={user.created_at} />
  </Flex>
);

/** Goes to the user of a name, whom it creates when a person says so. */
const FindUser = () => {
  const { api } = useServer();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const open = useMutation({
    mutationFn: async (isNew: boolean) => (isNew ? api.users.create({ name }) : api.users.getByName(name)),
    onSuccess: (user) => {
      void queries.invalidateQueries({ queryKey: ['users'] });
      go(`/users/${user.id}`);
    },
  });
  const isUnknown = open.error instanceof MemFuseError && open.error.status === 404;
  return (
    <Flex direction="column" gap="2">
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (name !== '') open.mutate(false);
        }}
      >
        <TextField.Root
          aria-label="Name of a user"
          placeholder="Name of a user"
          value={name}
          onChange={(event) => {
            setName(event.target.value);
            open.reset();
          }}
        >
          <TextField.Slot>
            <MagnifyingGlassIcon aria-hidden />
          </TextField.Slot>
        </TextField.Root>
        <Button type="submit" disabled={name === ''}>
          Open
        </Button>
        <Button type="button" variant="soft" disabled={name === ''} onClick={() => open.mutate(true)}>
          <PlusIcon aria-hidden /> Create
        </Button>
      </form>
      {isUnknown ? (
        <Text size="2" role="status">
          Nobody is called “{name}”. Create makes a user of this name.
        </Text>
      ) : (
        open.error && <Failure error={open.error} />
      )}
    </Flex>
  );
};

const Start = () => {
  const { origin } = location;
  const example = `curl ${origin}/api/v1/memories -H 'Content-Type: application/json' \\
  -d '{"user": "ada", "messages": [{"role": "user", "content": "I moved to Lisbon."}]}'`;
  return (
    <Nothing title="Nobody has said anything yet">
      Users appear here when a client adds messages. Send the first from a terminal:
      <Code asChild size="1" variant="soft">
        <pre className="said">{example}</pre>
      </Code>
    </Nothing>
  );
};

/** All users, and a way to one of them by name. */
export const UsersPage = () => {
  const { api } = useServer();
  const users = usePagesOf(['users'], async (cursor, signal) => {
    const answer = await api.call('listUsers', { query: { limit: PAGE, cursor } }, { signal });
    return { rows: answer.users, nextCursor: answer.next_cursor };
  });
  return (
    <Flex direction="column" gap="4">
      <Heading as="h1" size="6">
        Users
      </Heading>
      <FindUser />
      {users.error && <Failure error={users.error} again={users.again} />}
      {users.isFirst && !users.error && <Spinner />}
      {!users.isFirst && !users.error && users.rows.length === 0 && <Start />}
      {users.rows.length > 0 && (
        <Card>
          <LongList
            label="Users"
            rows={users.rows}
            keyOf={({ id }) => id}
            show={(user) => <Row user={user} />}
            usualPx={52}
            more={users.more}
            isLoading={users.isLoading}
            maxHeight="calc(100vh - 220px)"
          />
        </Card>
      )}
    </Flex>
  );
};
