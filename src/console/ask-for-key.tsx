import { Button, Callout, Card, Flex, Heading, Text, TextField } from '@radix-ui/themes';
import { useState } from 'react';

/** Asks for an API key, which a server with keys wants before it shows anything. */
export const AskForKey = ({ refusal, use }: { refusal: string; use: (key: string) => void }) => {
  const [key, setKey] = useState('');
  return (
    <Flex asChild align="center" justify="center" minHeight="100vh" p="4">
      <main>
        <Card size="3">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (key.trim() !== '') use(key.trim());
            }}
          >
            <Flex direction="column" gap="3" maxWidth="420px">
              <Heading as="h1" size="5">
                This server asks for an API key
              </Heading>
              <Text as="p" size="2" color="gray">
                Make one with <code>memfuse keys create</code> where the server runs. It is kept in this tab until you
                close it.
              </Text>
              {refusal !== '' && (
                <Callout.Root color="red" role="alert">
                  <Callout.Text>{refusal}</Callout.Text>
                </Callout.Root>
              )}
              <label htmlFor="key">
                <Text size="2" weight="medium">
                  API key
                </Text>
              </label>
              <TextField.Root
                id="key"
                type="password"
                autoComplete="off"
                autoFocus
                value={key}
                onChange={(event) => setKey(event.target.value)}
              />
              <Button type="submit" disabled={key.trim() === ''}>
                Continue
              </Button>
            </Flex>
          </form>
        </Card>
      </main>
    </Flex>
  );
};
