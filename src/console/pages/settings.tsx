import { Badge, Button, Card, Flex, Heading, Spinner, Text, TextField } from '@radix-ui/themes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../parts/failure.tsx';
import { LongList } from '../parts/long-list.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { useServer } from '../server.ts';

const shown = (value: unknown): string =>
  value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

/** The settings in force, which of them can change while the server runs, and the way to read them again. */
export const SettingsPage = () => {
  const { api } = useServer();
  const queries = useQueryClient();
  const [part, setPart] = useState('');
  const config = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => api.call('showConfig', {}, { signal }),
  });
  const reload = useMutation({
    mutationFn: () => api.call('reloadConfig', {}),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['settings'] }),
  });
  const rows = config.data?.settings.filter(({ key }) => key.includes(part.trim().toLowerCase())) ?? [];
  return (
    <Flex direction="column" gap="4">
      <Flex justify="between" align="center" gap="3" wrap="wrap">
        <Heading as="h1" size="6">
          Settings
        </Heading>
        <Button loading={reload.isPending} onClick={() => reload.mutate()}>
          Read them again
        </Button>
      </Flex>
      {reload.error && <Failure error={reload.error} />}
      {reload.data && (
        <Text size="2" role="status">
          {reload.data.changed.length === 0 ? 'Nothing has changed.' : `Changed: ${reload.data.changed.join(', ')}.`}
        </Text>
      )}
      {config.error && <Failure error={config.error} again={() => void config.refetch()} />}
      {config.isPending && <Spinner />}
      {config.data && (
        <>
          <Card>
            <Text as="p" size="2" color="gray" className="said">
              {config.data.file === null
                ? 'There is no settings file: everything is from the environment, or as it is by itself.'
                : `The settings file is ${config.data.file}.`}{' '}
              Those that are reloadable take effect when they are read again; others when the server is started anew.
            </Text>
          </Card>
          <TextField.Root
            aria-label="Part of a name"
            placeholder="Part of a name"
            value={part}
            onChange={(event) => setPart(event.target.value)}
          />
          {rows.length === 0 ? (
            <Nothing title="No setting is called so">Take another part of a name.</Nothing>
          ) : (
            <Card>
              <LongList
                label="Settings"
                rows={rows}
                keyOf={({ key }) => key}
                show={({ key, value, reloadable }) => (
                  <Flex direction="column" gap="1" py="2">
                    <Flex justify="between" align="center" gap="3" wrap="wrap">
                      <Text size="2" weight="medium" className="said">
                        {key}
                      </Text>
                      <Badge color={reloadable ? 'green' : 'gray'}>{reloadable ? 'reloadable' : 'at a start'}</Badge>
                    </Flex>
                    <Text size="2" color="gray" className="said">
                      {shown(value)}
                    </Text>
                  </Flex>
                )}
                usualPx={58}
                more={null}
                isLoading={false}
                maxHeight="calc(100vh - 290px)"
              />
            </Card>
          )}
        </>
      )}
    </Flex>
  );
};
