import { Badge, Button, Card, Flex, Grid, Heading, SegmentedControl, Spinner, Table, Text } from '@radix-ui/themes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task } from '../../client/index.ts';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { PAGE, usePagesOf } from '../parts/pages-of.ts';
import { useServer } from '../server.ts';

const EACH_MS = 2_000;
const STATES = ['failed', 'running', 'waiting'] as const;
type State = (typeof STATES)[number];

const NOTHING: Record<State, { title: string; text: string }> = {
  failed: {
    title: 'Nothing failed for good',
    text: 'Tasks that were given up after all their tries stand here, to be retried.',
  },
  running: { title: 'Nothing runs', text: 'Tasks stand here while a Worker does them.' },
  waiting: { title: 'Nothing waits', text: 'Every message that was added has been worked on.' },
};

const Figure = ({ name, value }: { name: string; value: string }) => (
  <Card>
    <Text as="p" size="1" color="gray">
      {name}
    </Text>
    <Text as="p" size="5" weight="bold">
      {value}
    </Text>
  </Card>
);

const secondsOf = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`);

const Figures = () => {
  const { api } = useServer();
  const stats = useQuery({
    queryKey: ['tasks', 'stats'],
    queryFn: ({ signal }) => api.tasks.stats({ signal }),
    refetchInterval: EACH_MS,
  });
  if (stats.error) return <Failure error={stats.error} again={() => void stats.refetch()} />;
  if (!stats.data) return <Spinner />;
  const { waiting, running, failed, done, oldest_waiting_ms: oldestMs, queue, workers } = stats.data;
  const busy = workers.filter(({ state }) => state === 'busy').length;
  const restarts = workers.reduce((sum, worker) => sum + worker.restarts, 0);
  return (
    <Grid columns={{ initial: '2', sm: '4' }} gap="3">
      <Figure name="Waiting" value={`${waiting}`} />
      <Figure name="Running" value={`${running}`} />
      <Figure name="Failed for good" value={`${failed}`} />
      <Figure name="Done since the start" value={`${done}`} />
      <Figure name="Oldest that waits" value={secondsOf(oldestMs)} />
      <Figure name="Queue in memory" value={`${queue.size} of ${queue.capacity}`} />
      <Figure name="Workers busy" value={`${busy} of ${workers.length}`} />
      <Figure name="Workers replaced" value={`${restarts}`} />
    </Grid>
  );
};

const Row = ({ task, retry }: { task: Task; retry: ((id: string) => void) | null }) => (
  <Table.Row>
    <Table.RowHeaderCell>
      <Badge color="gray">{task.kind}</Badge>
    </Table.RowHeaderCell>
    <Table.Cell className="said">{task.reason ?? '–'}</Table.Cell>
    <Table.Cell>{task.attempts}</Table.Cell>
    <Table.Cell>
      <Instant at={task.updated_at} />
    </Table.Cell>
    {retry && (
      <Table.Cell>
        <Button size="1" variant="soft" onClick={() => retry(task.id)}>
          Retry
        </Button>
      </Table.Cell>
    )}
  </Table.Row>
);

/** Background work: what waits, runs and was given up, which can be tried again. */
export const WorkPage = () => {
  const { api } = useServer();
  const queries = useQueryClient();
  const [state, setState] = useState<State>('failed');
  const tasks = usePagesOf(
    ['tasks', state],
    async (cursor, signal) => {
      const answer = await api.call('listTasks', { query: { state, limit: PAGE, cursor } }, { signal });
      return { rows: answer.tasks, nextCursor: answer.next_cursor };
    },
    { refetchInterval: EACH_MS },
  );
  const retry = useMutation({
    mutationFn: async (id: string | null) => {
      if (id === null) return (await api.call('retryTasks', {})).retried;
      await api.tasks.retry(id);
      return 1;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  });
  const isFailed = state === 'failed';
  return (
    <Flex direction="column" gap="4">
      <Heading as="h1" size="6">
        Background work
      </Heading>
      <Figures />
      <Flex justify="between" gap="3" wrap="wrap">
        <SegmentedControl.Root
          aria-label="Which tasks"
          value={state}
          onValueChange={(value) => setState(STATES.find((each) => each === value) ?? 'failed')}
        >
          {STATES.map((each) => (
            <SegmentedControl.Item key={each} value={each}>
              {each}
            </SegmentedControl.Item>
          ))}
        </SegmentedControl.Root>
        {isFailed && tasks.rows.length > 0 && (
          <Button loading={retry.isPending} onClick={() => retry.mutate(null)}>
            Retry all
          </Button>
        )}
      </Flex>
      {retry.error && <Failure error={retry.error} />}
      {retry.isSuccess && (
        <Text size="2" role="status">
          {retry.data === 1 ? '1 task runs again.' : `${retry.data} tasks run again.`}
        </Text>
      )}
      {tasks.error && <Failure error={tasks.error} again={tasks.again} />}
      {!tasks.isFirst && !tasks.error && tasks.rows.length === 0 && (
        <Nothing title={NOTHING[state].title}>{NOTHING[state].text}</Nothing>
      )}
      {tasks.rows.length > 0 && (
        <Table.Root variant="surface" layout="auto">
          <Table.Header>
            <Table.Row>
              <Table.ColumnHeaderCell>Kind</Table.ColumnHeaderCell>
              <Table.ColumnHeaderCell>Why it failed last</Table.ColumnHeaderCell>
              <Table.ColumnHeaderCell>Tries</Table.ColumnHeaderCell>
              <Table.ColumnHeaderCell>Changed</Table.ColumnHeaderCell>
              {isFailed && <Table.ColumnHeaderCell>Again</Table.ColumnHeaderCell>}
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {tasks.rows.map((task) => (
              <Row key={task.id} task={task} retry={isFailed ? retry.mutate : null} />
            ))}
          </Table.Body>
        </Table.Root>
      )}
      {tasks.more && (
        <Button variant="soft" onClick={tasks.more}>
          More tasks
        </Button>
      )}
    </Flex>
  );
};
