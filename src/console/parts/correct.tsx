import { Box, Button, Dialog, Flex, Text, TextArea } from '@radix-ui/themes';
import { useState } from 'react';
import { useServer } from '../server.ts';
import type { Fact } from './fact-card.tsx';
import { Failure } from './failure.tsx';
import { useFactChange } from './use-fact-change.ts';

/** Says how a fact truly is; what it said and what it will say are shown beside each other before anything changes. */
export const Correct = ({ fact }: { fact: Fact }) => {
  const { api } = useServer();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState(fact.text);
  const [isShown, setShown] = useState(false);
  const open = (opens: boolean): void => {
    setOpen(opens);
    setText(fact.text);
    setShown(false);
    correct.reset();
  };
  const correct = useFactChange(
    fact.user_id,
    () => api.call('correctFact', { path: { user_id: fact.user_id }, body: { fact_id: fact.id, text: text.trim() } }),
    () => setOpen(false),
  );
  const isSame = text.trim() === '' || text.trim() === fact.text;
  return (
    <Dialog.Root open={isOpen} onOpenChange={open}>
      <Dialog.Trigger>
        <Button size="1" variant="ghost">
          Correct
        </Button>
      </Dialog.Trigger>
      <Dialog.Content>
        <Dialog.Title>How it truly is</Dialog.Title>
        <Dialog.Description size="2" mb="3">
          What it said stays in its history, and messages do not change it back.
        </Dialog.Description>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isShown) correct.mutate();
            else if (!isSame) setShown(true);
          }}
        >
          <Flex direction="column" gap="3">
            {isShown ? (
              <Box>
                <Text as="p" size="2" color="gray">
                  It says
                </Text>
                <Text as="p" size="2" mb="2" className="said">
                  {fact.text}
                </Text>
                <Text as="p" size="2" color="gray">
                  It will say
                </Text>
                <Text as="p" size="2" weight="medium" className="said">
                  {text.trim()}
                </Text>
              </Box>
            ) : (
              <TextArea
                aria-label="What it should say"
                rows={3}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
            {correct.error && <Failure error={correct.error} />}
            <Flex justify="end" gap="3">
              {isShown ? (
                <Button type="button" variant="soft" color="gray" onClick={() => setShown(false)}>
                  Back
                </Button>
              ) : (
                <Dialog.Close>
                  <Button type="button" variant="soft" color="gray">
                    Cancel
                  </Button>
                </Dialog.Close>
              )}
              <Button type="submit" disabled={isSame} loading={correct.isPending}>
                {isShown ? 'Correct it' : 'Show what changes'}
              </Button>
            </Flex>
          </Flex>
        </form>
      </Dialog.Content>
    </Dialog.Root>
  );
};
