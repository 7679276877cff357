import { Box, Flex, Heading, Text } from '@radix-ui/themes';
import type { ReactNode } from 'react';

/** Stands where nothing is, and says what to do about it. */
export const Nothing = ({ title, children }: { title: string; children: ReactNode }) => (
  <Flex direction="column" align="center" gap="2" py="8" px="3">
    <Heading as="h2" size="4">
      {title}
    </Heading>
    <Box maxWidth="460px">
      <Text as="div" size="2" color="gray" align="center">
        {children}
      </Text>
    </Box>
  </Flex>
);
