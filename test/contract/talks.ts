import type { IndexSegment, KeyRange } from '../../src/contract/corpus.ts';
import type { SessionRecord } from '../../src/contract/records.ts';
import { createMemory } from './memory.ts';
import { present, type World } from './world.ts';

/** What makes segments. */
export const MAKER = 'maker';

interface Said {
  readonly id: string;
  readonly key: number;
}

/** Ada's memory of two talks, one after the other, each with an agent of its own: `early` and `late`, three messages each. */
export const createTalks = async (world: World) => {
  const memory = await createMemory(world);
  const { store, corpus, scope, tenantKey, owner, talk, generation } = memory;
  const friend = await world.agent('Max');
  const other = await world.session(owner, friend);

  const say = async (session: SessionRecord, count = 3): Promise<Said[]> => {
    const before = await generation();
    const ids = await world.say(
      session,
      Array.from({ length: count }, (_, i) => `text ${i}`),
    );
    const documents = await memory.documents(before);
    return documents.map(({ key }, i) => ({ id: present(ids[i]), key }));
  };
  const [early, late] = [await say(talk), await say(other)];
  const [fact = ''] = await world.know(owner, ['fact']);

  const spanOf = (said: readonly Said[]): KeyRange => ({
    firstKey: present(said[0]).key,
    lastKey: present(said.at(-1)).key,
  });
  const segment = async (span: KeyRange, more: Partial<IndexSegment> = {}): Promise<IndexSegment> => ({
    tenantKey,
    userKey: owner.key,
    ...span,
    generation: await generation(),
    maker: MAKER,
    bytes: new Uint8Array([1, 2, 3]),
    ...more,
  });
  return {
    ...memory,
    friend,
    other,
    early,
    late,
    fact,
    say,
    spanOf,
    segment,
    save: async (span: KeyRange, more: Partial<IndexSegment> = {}) => corpus.saveSegment(await segment(span, more)),
    kept: async (maker = MAKER): Promise<KeyRange[]> =>
      (await corpus.segments(tenantKey, owner.key, maker)).map(({ firstKey, lastKey }) => ({ firstKey, lastKey })),
    read: (range: KeyRange) => corpus.readSegment(tenantKey, owner.key, range),
    rewrite: (session: SessionRecord, { id }: Said, change: object = {}) =>
      store.messages.update(scope, session.id, [{ id, role: 'user', content: 'rewritten', ...change }], world.at()),
    remove: (session: SessionRecord, { id }: Said) => store.messages.delete(scope, session.id, [id], world.at()),
  };
};

export type Talks = Awaited<ReturnType<typeof createTalks>>;

export const middle = (said: readonly Said[]): Said => present(said[1]);
