import { Text } from '@radix-ui/themes';

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const MINUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment as people of this place write it. */
export const dayOf = (instant: string): string => DAY.format(new Date(instant));

export const Instant = ({ at }: { at: string }) => (
  <Text asChild size="1" color="gray">
    <time dateTime={at} title={at}>
      {MINUTE.format(new Date(at))}
    </time>
  </Text>
);
