import { UploadIcon } from '@radix-ui/react-icons';
import { Button, Card, Flex, Heading, Progress, Text, TextField } from '@radix-ui/themes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Answer, Operations } from '../../client/index.ts';
import { ExportCard } from '../parts/export-card.tsx';
import { Failure } from '../parts/failure.tsx';
import { sendFile } from '../parts/send-file.ts';
import { useServer } from '../server.ts';

type Imported = Answer<Operations['importFile']>;

const countsOf = ({ imported }: Imported): string =>
  Object.entries(imported)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind.replace('_', ' ')}${count === 1 || kind === 'knowledge' ? '' : 's'}`)
    .join(', ') || 'nothing new';

const Outcome = ({ outcome }: { outcome: Imported }) => (
  <Flex direction="column" gap="1" role="status">
    <Text size="2">
      {outcome.dry_run ? 'Would come in' : 'Came in'}: {countsOf(outcome)}.{' '}
      {outcome.skipped > 0 && `${outcome.skipped} were there already.`}
    </Text>
    {outcome.errors.map(({ line, message }) => (
      <Text key={`${line} ${message}`} size="1" color="red" className="said">
        {line}: {message}
      </Text>
    ))}
  </Flex>
);

const Import = () => {
  const server = useServer();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [user, setUser] = useState('');
  const [sent, setSent] = useState(0);
  const bring = useMutation({
    mutationFn: async (isDry: boolean) => {
      if (!file) throw new Error('Choose a file first.');
      setSent(0);
      return sendFile(server, { file, user: user.trim(), isDry }, setSent);
    },
    onSuccess: () => queries.invalidateQueries(),
  });
  const isLookedAt = bring.data?.dry_run === true;
  return (
    <Card size="2">
      <Flex asChild direction="column" gap="3">
        <section aria-labelledby="import">
          <Heading as="h2" size="4" id="import">
            Import
          </Heading>
          <Text as="p" size="2" color="gray">
            An export of this server, or of another memory system. The same file twice comes in once; of one that is not
            whole nothing comes in.
          </Text>
          <label htmlFor="file">
            <Text size="2" weight="medium">
              File
            </Text>
          </label>
          <input
            id="file"
            type="file"
            onChange={(event) => {
              setFile(event.target.files?.[0] ?? null);
              bring.reset();
            }}
          />
          <label htmlFor="of">
            <Text size="2" weight="medium">
              User of what names none
            </Text>
          </label>
          <TextField.Root
            id="of"
            placeholder="imported"
            value={user}
            onChange={(event) => {
              setUser(event.target.value);
              bring.reset();
            }}
          />
          <Flex gap="3">
            <Button variant="soft" disabled={!file} loading={bring.isPending} onClick={() => bring.mutate(true)}>
              Show what would come in
            </Button>
            <Button disabled={!isLookedAt} loading={bring.isPending} onClick={() => bring.mutate(false)}>
              <UploadIcon aria-hidden /> Import
            </Button>
          </Flex>
          {bring.isPending && <Progress value={sent} aria-label="Sent of the file" />}
          {bring.error && <Failure error={bring.error} />}
          {bring.data && <Outcome outcome={bring.data} />}
        </section>
      </Flex>
    </Card>
  );
};

/** Takes everything out of the server, and brings files in. */
export const TransferPage = () => (
  <Flex direction="column" gap="4">
    <Heading as="h1" size="6">
      Import and export
    </Heading>
    <Import />
    <ExportCard
      file="memfuse.jsonl"
      userId={null}
      button="Export everything"
      what="Everything of all users as JSON Lines: agents, conversations, messages, knowledge, and API keys as digests."
    />
  </Flex>
);
