import { AlertDialog, Button, Flex } from '@radix-ui/themes';
import { type ReactNode, useState } from 'react';
import { Failure } from './failure.tsx';

interface Change {
  readonly mutate: (given: undefined, options: { onSuccess: () => void }) => void;
  readonly reset: () => void;
  readonly isPending: boolean;
  readonly error: Error | null;
}

interface ConfirmProps {
  readonly title: string;
  /** What will be, and whether it can be taken back. */
  readonly text: string;
  /** The word on the button that does it. */
  readonly yes: string;
  readonly change: Change;
  /** The button that asks. */
  readonly children: ReactNode;
}

/** Asks before something is done that cannot be taken back. */
export const Confirm = ({ title, text, yes, change, children }: ConfirmProps) => {
  const [isOpen, setOpen] = useState(false);
  const open = (opens: boolean): void => {
    change.reset();
    setOpen(opens);
  };
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={open}>
      <AlertDialog.Trigger>{children}</AlertDialog.Trigger>
      <AlertDialog.Content maxWidth="460px">
        <AlertDialog.Title>{title}</AlertDialog.Title>
        <AlertDialog.Description size="2" className="said">
          {text}
        </AlertDialog.Description>
        {change.error && <Failure error={change.error} />}
        <Flex justify="end" gap="3" mt="4">
          <AlertDialog.Cancel>
            <Button variant="soft" color="gray">
              Cancel
            </Button>
          </AlertDialog.Cancel>
          <Button
            variant="soft"
            color="red"
            loading={change.isPending}
            onClick={() => change.mutate(undefined, { onSuccess: () => setOpen(false) })}
          >
            {yes}
          </Button>
        </Flex>
      </AlertDialog.Content>
    </AlertDialog.Root>
  );
};
