import { END_OF_TIME } from '../contract/background.ts';
import { factsOf } from '../contract/facts-at-hand.ts';
import { createWorld, present } from '../contract/world.ts';
import type { TestServer } from '../support/server.ts';

const AT_ONCE = 1_000;

/** A user of whom so many facts are known, of one category; what they say differs in a number. Answers the id of the user. */
export const knowMany = async ({ services: { store } }: TestServer, name: string, count: number): Promise<string> => {
  const world = await createWorld(store, 'default');
  const { claim, finish } = factsOf(world);
  const user = await world.user(name);
  const session = await world.session(user, await world.agent());
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => first + i);
    const messages = numbers.map((i) => world.message(`I own book ${i}.`));
    // Due for nobody else.
    const work = world.work({ kinds: ['extract'], dueAt: END_OF_TIME });
    const { tasks } = await store.messages.append(world.scope, session.id, messages, undefined, work);
    const learned = numbers.map((i) => ({
      ...{
        text: `Owns book ${i}.`,
        subject: name,
        predicate: 'owns',
        object: `book ${i}`,
        category: 'possession' as const,
      },
      terms: [`book ${i}`],
    }));
    await finish(await claim(present(tasks[0])), learned);
  }
  return user.id;
};
