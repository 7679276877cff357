import { Card, Flex, SegmentedControl, Spinner, Text } from '@radix-ui/themes';
import { useState } from 'react';
import { FactActions } from '../parts/fact-actions.tsx';
import { type Fact, validityOf } from '../parts/fact-card.tsx';
import { Failure } from '../parts/failure.tsx';
import { dayOf } from '../parts/instant.tsx';
import { LongList } from '../parts/long-list.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { PAGE, usePagesOf } from '../parts/pages-of.ts';
import { Sources } from '../parts/sources.tsx';
import { useServer } from '../server.ts';

const STATES = ['all', 'active', 'superseded', 'retracted'] as const;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const instantsOf = ({ valid_from: from, valid_to: to, created_at: known }: Fact): number[] =>
  [from, to, known].filter((instant) => instant !== null).map((instant) => Date.parse(instant));

/** How much of the way stands before the first moment, so that what ended there is seen. */
const MARGIN = 0.08;

/** From shortly before the first moment that the facts name to now, or to the last that they name. */
const spanOf = (facts: readonly Fact[]): Span => {
  let fromMs = Date.now();
  let toMs = fromMs;
  for (const instant of facts.flatMap(instantsOf)) {
    fromMs = Math.min(fromMs, instant);
    toMs = Math.max(toMs, instant);
  }
  return { fromMs: fromMs - MARGIN * (toMs - fromMs) - 1, toMs };
};

/** When a fact holds, as a bar: without a beginning or an end it goes to the edge. */
const Interval = ({ fact, span: { fromMs, toMs } }: { fact: Fact; span: Span }) => {
  const placeOf = (instant: string | null, otherwise: number): number =>
    instant === null ? otherwise : ((Date.parse(instant) - fromMs) / (toMs - fromMs)) * 100;
  const left = placeOf(fact.valid_from, 0);
  const right = placeOf(fact.valid_to, 100);
  return (
    <Flex direction="column" gap="1">
      <div className="bar">
        <i
          className={fact.state === 'active' ? 'up' : fact.state === 'retracted' ? 'down' : 'now'}
          style={{ left: `${left}%`, width: `${Math.max(0, right - left)}%` }}
        />
      </div>
      <Text size="1" color="gray">
        {fact.state}, {validityOf(fact)}
      </Text>
    </Flex>
  );
};

/** All facts of a user in the order in which they became known, each with when it holds. */
export const TimelineTab = ({ userId }: { userId: string }) => {
  const { api } = useServer();
  const [state, setState] = useState<string>('all');
  const facts = usePagesOf(['facts', userId, 'timeline', state], async (cursor, signal) => {
    const query = { state, limit: PAGE, cursor };
    const answer = await api.call('listFacts', { path: { user_id: userId }, query }, { signal });
    return { rows: answer.facts, nextCursor: answer.next_cursor };
  });
  const span = spanOf(facts.rows);
  return (
    <Flex direction="column" gap="3">
      <Flex>
        <SegmentedControl.Root aria-label="Which facts" size="1" value={state} onValueChange={setState}>
          {STATES.map((each) => (
            <SegmentedControl.Item key={each} value={each}>
              {each}
            </SegmentedControl.Item>
          ))}
        </SegmentedControl.Root>
      </Flex>
      {facts.error && <Failure error={facts.error} again={facts.again} />}
      {facts.isFirst && !facts.error && <Spinner />}
      {!facts.isFirst && facts.rows.length === 0 && (
        <Nothing title={state === 'all' ? 'Nothing is known yet' : `No fact is ${state}`}>
          Facts are read out of messages in the background, while memory.facts.enabled is on.
        </Nothing>
      )}
      {facts.rows.length > 0 && (
        <Card>
          <div className="timeline-row axis">
            <Text size="1" color="gray">
              In the order in which it became known
            </Text>
            <Flex justify="between">
              <Text size="1" color="gray">
                {dayOf(new Date(span.fromMs).toISOString())}
              </Text>
              <Text size="1" color="gray">
                {dayOf(new Date(span.toMs).toISOString())}
              </Text>
            </Flex>
          </div>
          <LongList
            key={state}
            label="Timeline"
            rows={facts.rows}
            keyOf={({ id }) => id}
            show={(fact) => (
              <div className="timeline-row">
                <Flex direction="column" gap="1">
                  <Text as="p" size="2" className="said">
                    {fact.text}
                  </Text>
                  <Flex gap="3" wrap="wrap">
                    <Sources userId={userId} ids={fact.message_ids} of={fact.text} />
                    <FactActions fact={fact} />
                  </Flex>
                </Flex>
                <Interval fact={fact} span={span} />
              </div>
            )}
            usualPx={70}
            more={facts.more}
            isLoading={facts.isLoading}
            maxHeight="calc(100vh - 310px)"
          />
        </Card>
      )}
    </Flex>
  );
};
