import { Badge, Card, Flex, Text } from '@radix-ui/themes';
import type { ReactNode } from 'react';
import type { Answer, Operations } from '../../client/index.ts';
import { dayOf } from './instant.tsx';
import { Sources } from './sources.tsx';

export type Fact = Answer<Operations['factHistory']>['fact'];

const STATES = { active: 'green', superseded: 'amber', retracted: 'red' } as const;

/** From when to when a fact holds, in words. */
export const validityOf = ({ valid_from: from, valid_to: to }: Pick<Fact, 'valid_from' | 'valid_to'>): string => {
  if (from === null) return to === null ? 'no dates known' : `until ${dayOf(to)}`;
  return to === null ? `since ${dayOf(from)}` : `${dayOf(from)} to ${dayOf(to)}`;
};

/** A fact: what it says, when that holds, how sure it is, and on request the messages that say it. */
export const FactCard = ({ fact, children }: { fact: Fact; children?: ReactNode }) => (
  <Card>
    <Flex direction="column" gap="2">
      <Text as="p" size="2" className="said">
        {fact.text}
      </Text>
      <Flex gap="2" align="center" wrap="wrap">
        <Badge color={STATES[fact.state]}>{fact.state}</Badge>
        <Badge color="gray">{fact.category}</Badge>
        <Text size="1" color="gray">
          {validityOf(fact)} · {Math.round(fact.confidence * 100)} % sure
        </Text>
      </Flex>
      <Flex gap="3" align="center" wrap="wrap">
        <Sources userId={fact.user_id} ids={fact.message_ids} of={fact.text} />
        {children}
      </Flex>
    </Flex>
  </Card>
);
