import { MagnifyingGlassIcon } from '@radix-ui/react-icons';
import {
  Link as Anchor,
  Badge,
  Box,
  Button,
  Callout,
  Card,
  Flex,
  Select,
  Spinner,
  Text,
  TextField,
} from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Answer, Operations } from '../../client/index.ts';
import { Explanation } from '../parts/explanation.tsx';
import { Failure } from '../parts/failure.tsx';
import { Instant } from '../parts/instant.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { useServer } from '../server.ts';

type Result = Answer<Operations['queryUser']>['results'][number];

const COUNTS = ['5', '10', '25', '100'] as const;

const Found = ({ userId, place, result }: { userId: string; place: number; result: Result }) => {
  const { session_id: sessionId, session_name: name } = result.metadata;
  return (
    <Card asChild>
      <li>
        <Flex direction="column" gap="2">
          <Flex gap="2" align="center" wrap="wrap">
            <Text size="2" weight="bold">
              {place}.
            </Text>
            <Badge color={result.type === 'message' ? 'indigo' : 'green'}>{result.type}</Badge>
            {result.role && <Badge color="gray">{result.role}</Badge>}
            {result.created_at && <Instant at={result.created_at} />}
            {sessionId && (
              <Anchor asChild size="1">
                <Link href={`/users/${userId}/sessions/${sessionId}`}>{name ?? 'its conversation'}</Link>
              </Anchor>
            )}
          </Flex>
          <Text as="p" size="3" className="said">
            {result.content}
          </Text>
          <Explanation score={result.score} steps={result.explain ?? []} isOpen={place === 1} />
        </Flex>
      </li>
    </Card>
  );
};

/** Asks the memory of a user, and shows why each result stands where it stands. */
export const SearchTab = ({ userId }: { userId: string }) => {
  const { api } = useServer();
  const [asked, setAsked] = useSearchParams();
  const query = asked.get('q') ?? '';
  const count = asked.get('n') ?? COUNTS[0];
  const [text, setText] = useState(query);
  const answer = useQuery({
    queryKey: ['search', userId, query, count],
    queryFn: ({ signal }) => {
      const body = { query, top_k: Number(count), explain: true };
      return api.call('queryUser', { path: { user_id: userId }, body }, { signal });
    },
    enabled: query !== '',
  });
  const { results = [], took_ms: tookMs, degraded = [] } = answer.data ?? {};
  return (
    <Flex direction="column" gap="4">
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') setAsked({ q: text.trim(), n: count });
        }}
      >
        <TextField.Root
          aria-label="Question"
          placeholder="Ask in plain words"
          value={text}
          onChange={(event) => setText(event.target.value)}
        >
          <TextField.Slot>
            <MagnifyingGlassIcon aria-hidden />
          </TextField.Slot>
        </TextField.Root>
        <Select.Root value={count} onValueChange={(n) => setAsked({ q: query, n })}>
          <Select.Trigger aria-label="Most results" />
          <Select.Content>
            {COUNTS.map((each) => (
              <Select.Item key={each} value={each}>
                {each} results
              </Select.Item>
            ))}
          </Select.Content>
        </Select.Root>
        <Button type="submit" disabled={text.trim() === ''}>
          Search
        </Button>
      </form>
      {query === '' && (
        <Nothing title="Ask something">
          The answer shows what is remembered about it, and what each step of the ranking gave or took.
        </Nothing>
      )}
      {answer.error && <Failure error={answer.error} again={() => void answer.refetch()} />}
      {answer.isFetching && <Spinner />}
      {degraded.length > 0 && (
        <Callout.Root color="amber">
          <Callout.Text>Not everything could be done: {degraded.join('; ')}</Callout.Text>
        </Callout.Root>
      )}
      {answer.data && (
        <Text size="2" color="gray" role="status">
          {results.length === 1 ? '1 result' : `${results.length} results`}
          {tookMs !== undefined && ` in ${Math.round(tookMs)} ms`}
        </Text>
      )}
      {answer.data && results.length === 0 && (
        <Nothing title="Nothing was found">Ask in other words, or look whether the user has said anything yet.</Nothing>
      )}
      {results.length > 0 && (
        <Box asChild p="0" m="0">
          <Flex asChild direction="column" gap="3">
            <ol className="plain" aria-label="Results">
              {results.map((result, index) => (
                <Found key={result.id} userId={userId} place={index + 1} result={result} />
              ))}
            </ol>
          </Flex>
        </Box>
      )}
    </Flex>
  );
};
