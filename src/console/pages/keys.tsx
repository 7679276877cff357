import { Badge, Button, Card, Code, Flex, Heading, Spinner, Text, TextField } from '@radix-ui/themes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '../../client/index.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { PAGE, usePagesOf } from '../parts/pages-of.ts';
import { useServer } from '../server.ts';

const Key = ({ userId, apiKey }: { userId: string; apiKey: ApiKey }) => {
  const { api } = useServer();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.apiKeys.delete(userId, apiKey.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys', userId] }),
  });
  const name = apiKey.name ?? 'without a name';
  const permissions = Object.entries(apiKey.permissions).flatMap(([permission, has]) => (has ? [permission] : []));
  return (
    <Card>
      <Flex justify="between" align="center" gap="3" wrap="wrap">
        <Flex direction="column" gap="1">
          <Text size="2" weight="medium" className="said">
            {name}
          </Text>
          <Flex gap="2" align="center" wrap="wrap">
            {permissions.map((permission) => (
              <Badge key={permission} color="gray">
                {permission}
              </Badge>
            ))}
            <Instant at={apiKey.created_at} />
            {apiKey.expires_at && (
              <Text size="1" color="gray">
                until <Instant at={apiKey.expires_at} />
              </Text>
            )}
          </Flex>
        </Flex>
        <Confirm
          title="Revoke this key?"
          text={`Whoever uses the key “${name}” is refused from then on. This cannot be taken back.`}
          yes="Revoke"
          change={revoke}
        >
          <Button size="1" variant="soft" color="red">
            Revoke
          </Button>
        </Confirm>
      </Flex>
    </Card>
  );
};

/** The API keys that see this user alone. */
export const KeysTab = ({ userId }: { userId: string }) => {
  const { api } = useServer();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const keys = usePagesOf(['keys', userId], async (cursor, signal) => {
    const query = { limit: PAGE, cursor };
    const answer = await api.call('listApiKeys', { path: { user_id: userId }, query }, { signal });
    return { rows: answer.api_keys, nextCursor: answer.next_cursor };
  });
  const make = useMutation({
    mutationFn: () => api.apiKeys.create(userId, { name: name.trim() }),
    onSuccess: () => {
      setName('');
      return queries.invalidateQueries({ queryKey: ['keys', userId] });
    },
  });
  return (
    <Flex direction="column" gap="4">
      <form
        className="search two"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') make.mutate();
        }}
      >
        <TextField.Root
          aria-label="Name of a new key"
          placeholder="Name of a new key, such as laptop"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === ''} loading={make.isPending}>
          Make a key
        </Button>
      </form>
      {make.error && <Failure error={make.error} />}
      {make.data && (
        <Card role="status">
          <Text as="p" size="2" weight="medium">
            Copy the key now: it is not shown again.
          </Text>
          <Code className="said">{make.data.api_key.key}</Code>
        </Card>
      )}
      {keys.error && <Failure error={keys.error} again={keys.again} />}
      {keys.isFirst && !keys.error && <Spinner />}
      {!keys.isFirst && !keys.error && keys.rows.length === 0 && (
        <Nothing title="No key sees this user alone">
          A key that is made here reads and writes the memory of this user and nothing else. Keys are asked for while
          server.api_key_validation is on.
        </Nothing>
      )}
      {keys.rows.length > 0 && (
        <>
          <Heading as="h2" size="3">
            Keys
          </Heading>
          {keys.rows.map((apiKey) => (
            <Key key={apiKey.id} userId={userId} apiKey={apiKey} />
          ))}
        </>
      )}
    </Flex>
  );
};
