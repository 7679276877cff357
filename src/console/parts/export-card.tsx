import { DownloadIcon } from '@radix-ui/react-icons';
import { Button, Card, Flex, Heading, Text } from '@radix-ui/themes';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useServer } from '../server.ts';
import { Failure } from './failure.tsx';
import { save } from './save.ts';

const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

interface ExportCardProps {
  /** Whose data; null for those of all. */
  readonly userId: string | null;
  /** Under which name the browser saves it. */
  readonly file: string;
  /** What the export has in it, in a sentence. */
  readonly what: string;
  readonly button: string;
}

/** Takes data out of the server into a file, telling how much has come. */
export const ExportCard = ({ userId, file, what, button }: ExportCardProps) => {
  const { api } = useServer();
  const [bytes, setBytes] = useState(0);
  const take = useMutation({
    mutationFn: async () => save(await api.export(userId), file, setBytes),
    onMutate: () => setBytes(0),
  });
  return (
    <Card size="2">
      <Flex asChild direction="column" gap="3">
        <section aria-labelledby="export">
          <Heading as="h2" size="4" id="export">
            Export
          </Heading>
          <Text as="p" size="2" color="gray">
            {what}
          </Text>
          <Flex align="center" gap="3" wrap="wrap">
            <Button loading={take.isPending} onClick={() => take.mutate()}>
              <DownloadIcon aria-hidden /> {button}
            </Button>
            {(take.isPending || take.isSuccess) && (
              <Text size="2" role="status">
                {take.isSuccess ? `Saved, ${sizeOf(bytes)}.` : sizeOf(bytes)}
              </Text>
            )}
          </Flex>
          {take.error && <Failure error={take.error} />}
        </section>
      </Flex>
    </Card>
  );
};
