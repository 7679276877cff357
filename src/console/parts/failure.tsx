import { Button, Callout, Flex } from '@radix-ui/themes';

/** Says what went wrong, and lets it be tried again. */
export const Failure = ({ error, again }: { error: Error; again?: () => void }) => (
  <Callout.Root color="red" role="alert">
    <Flex align="center" gap="3" justify="between" wrap="wrap">
      <Callout.Text>{error.message}</Callout.Text>
      {again && (
        <Button size="1" variant="soft" color="red" onClick={again}>
          Try again
        </Button>
      )}
    </Flex>
  </Callout.Root>
);
