import { Link as Anchor, Flex, Grid, Heading, Spinner, Text } from '@radix-ui/themes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { FactActions } from '../parts/fact-actions.tsx';
import { FactCard } from '../parts/fact-card.tsx';
import { Failure } from '../parts/failure.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { useServer } from '../server.ts';

/** Facts of a category that a profile has at the most. */
const MOST_OF_CATEGORY = 20;

/** What holds about a user now, by category. */
export const ProfileTab = ({ userId }: { userId: string }) => {
  const { api } = useServer();
  const profile = useQuery({
    queryKey: ['profile', userId],
    queryFn: ({ signal }) => api.call('userProfile', { path: { user_id: userId } }, { signal }),
  });
  if (profile.error) return <Failure error={profile.error} again={() => void profile.refetch()} />;
  if (!profile.data) return <Spinner />;
  const { categories } = profile.data;
  if (categories.length === 0) {
    return (
      <Nothing title="Nothing is known yet">
        Facts are read out of messages in the background, while memory.facts.enabled is on. Look at the background work
        when none come.
      </Nothing>
    );
  }
  return (
    <Flex direction="column" gap="5">
      {categories.map(({ category, facts }) => (
        <Flex key={category} asChild direction="column" gap="2">
          <section aria-label={category}>
            <Heading as="h2" size="4" className="category">
              {category}
            </Heading>
            <Grid columns={{ initial: '1', md: '2' }} gap="3">
              {facts.map((fact) => (
                <FactCard key={fact.id} fact={fact}>
                  <FactActions fact={fact} />
                </FactCard>
              ))}
            </Grid>
            {facts.length >= MOST_OF_CATEGORY && (
              <Text as="p" size="2" color="gray">
                These are the surest; the timeline has{' '}
                <Anchor asChild>
                  <Link href={`/users/${userId}/timeline`}>all of them</Link>
                </Anchor>
                .
              </Text>
            )}
          </section>
        </Flex>
      ))}
    </Flex>
  );
};
