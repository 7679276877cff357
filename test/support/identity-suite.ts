import { describe, expect, test } from 'bun:test';
import { expectInvalid, expectRefusal, expectSuccess } from './envelope.ts';
import { TIMESTAMP, UNKNOWN_IDS, UUID_V7 } from './formats.ts';
import type { ManualClock } from './manual-clock.ts';
import type { TestServer } from './server.ts';

type Row = { readonly id: string; readonly name: string };

const ROW_KEYS = ['id', 'name', 'description', 'created_at', 'updated_at'].sort();

/** What holds for users and for agents alike. Names are prefixed by the test, so that one server serves all of them. */
export const describeIdentities = (entity: 'user' | 'agent', get: () => { server: TestServer; clock: ManualClock }) => {
  const path = `/${entity}s`;
  const Entity = entity === 'user' ? 'User' : 'Agent';
  const field = `${entity}_id`;
  const call: TestServer['call'] = (...args) => get().server.call(...args);

  const create = async (name: string, description?: string) => {
    const answer = await call('POST', path, { name, ...(description !== undefined && { description }) });
    return expectSuccess(answer, 201, `${Entity} created successfully`)[entity];
  };
  const read = async (id: string) =>
    expectSuccess(await call('GET', `${path}/${id}`), 200, `${Entity} retrieved successfully`)[entity];
  const list = async (): Promise<Row[]> =>
    expectSuccess(await call('GET', path), 200, `${Entity}s retrieved successfully`)[`${entity}s`];
  const namesAmong = async (names: readonly string[]) =>
    (await list()).map(({ name }) => name).filter((name) => names.includes(name));
  const byName = (encoded: string) => call('GET', `${path}?name=${encoded}`);

  describe('creating', () => {
    test('answers 201 with the row of the contract and nothing else', async () => {
      const row = await create('row');
      expect(Object.keys(row).sort()).toEqual(ROW_KEYS);
      expect(row).toMatchObject({ name: 'row', description: null });
      expect(row.id).toMatch(UUID_V7);
      expect(row.created_at).toMatch(TIMESTAMP);
      expect(row.updated_at).toBe(row.created_at);
      expect(await read(row.id)).toEqual(row);
    });

    test('keeps a description, and takes null for none', async () => {
      expect((await create('described', 'Likes tea')).description).toBe('Likes tea');
      const answer = await call('POST', path, { name: 'described by null', description: null });
      expect(answer.status).toBe(201);
      expect(answer.body.data[entity].description).toBeNull();
    });

    test('ignores ids, times and other keys that a client sends along', async () => {
      const body = {
        name: 'own id',
        id: 'mine',
        created_at: '1999-01-01',
        updated_at: 7,
        [field]: 'mine',
        colour: [1],
      };
      const row = expectSuccess(await call('POST', path, body), 201, `${Entity} created successfully`)[entity];
      expect(Object.keys(row).sort()).toEqual(ROW_KEYS);
      expect(row.id).toMatch(UUID_V7);
      expect(row.created_at).not.toStartWith('1999');
    });

    test('gives ids that sort by age', async () => {
      const ids = [await create('age 1'), await create('age 2'), await create('age 3')].map(({ id }) => id);
      expect(ids.toSorted()).toEqual(ids);
    });

    test('refuses a name that is taken with 400', async () => {
      await create('taken');
      const answer = await call('POST', path, { name: 'taken' });
      expectRefusal(answer, 400, 'name', `${Entity} with name 'taken' already exists`);
      expect(await namesAmong(['taken'])).toEqual(['taken']);
    });

    test('tells names apart by case and by blanks, and accepts blanks alone', async () => {
      const names = ['Case', 'case', 'CASE', 'case ', ' ', '  '];
      for (const name of names) await create(name);
      expect(await namesAmong(names)).toEqual(names);
      expect((await byName('case')).body.data[`${entity}s`].map((row: Row) => row.name)).toEqual(['case']);
      expect((await byName('%20')).body.data[`${entity}s`].map((row: Row) => row.name)).toEqual([' ']);
      expect((await byName('cASE')).status).toBe(404);
    });

    test('lets one of many concurrent requests have the name, and answers 400 to the others', async () => {
      const answers = await Promise.all(Array.from({ length: 16 }, () => call('POST', path, { name: 'contested' })));
      const losers = answers.filter(({ status }) => status !== 201);
      expect(losers).toHaveLength(15);
      for (const loser of losers) expectRefusal(loser, 400, 'name', `${Entity} with name 'contested' already exists`);
      expect(await namesAmong(['contested'])).toEqual(['contested']);
    });

    test('a refused request among concurrent ones leaves the others alone', async () => {
      const names = Array.from({ length: 12 }, (_, i) => `crowd ${i}`);
      await create('crowd 5');
      const answers = await Promise.all(names.map((name) => call('POST', path, { name })));
      expect(answers.map(({ status }) => status)).toEqual(names.map((name) => (name === 'crowd 5' ? 400 : 201)));
      expect((await namesAmong(names)).toSorted()).toEqual(names.toSorted());
    });

    test.each([{}, { name: null }, { name: '' }, { name: 7 }, { name: ['x'] }, { name: 'ok', description: 7 }])(
      'refuses %j with 422',
      async (body) => {
        expectInvalid(await call('POST', path, body));
      },
    );
  });

  describe('listing', () => {
    test('is in order of creation, also after a rename', async () => {
      const rows = [await create('order c'), await create('order a'), await create('order b')];
      await call('PUT', `${path}/${rows[0].id}`, { name: 'order z' });
      expect(await namesAmong(['order a', 'order b', 'order z'])).toEqual(['order z', 'order a', 'order b']);
    });

    test('shows each as it is shown alone', async () => {
      const row = await create('shown', 'twice');
      expect((await list()).find(({ id }) => id === row.id)).toEqual(row);
    });

    test('finds one by its name', async () => {
      const row = await create('wanted');
      const data = expectSuccess(await byName('wanted'), 200, `${Entity} retrieved successfully`);
      expect(data).toEqual({ [`${entity}s`]: [row] });
    });

    test('answers 404 for a name nobody has', async () => {
      expectRefusal(await byName('nobody'), 404, 'name', `${Entity} with name 'nobody' not found`);
    });

    test('answers all for an empty name, and passes over parameters it does not know', async () => {
      const all = await list();
      for (const query of ['?name=', '?colour=red&offset=1', '?']) {
        const data = expectSuccess(await call('GET', path + query), 200, `${Entity}s retrieved successfully`);
        expect(data[`${entity}s`]).toEqual(all);
      }
    });

    test.each([
      ['Ann Lee', 'Ann+Lee'],
      ['Ann Moe', 'Ann%20Moe'],
      ['Ann+Poe', 'Ann%2BPoe'],
      ['50% & #1/?=;', '50%25%20%26%20%231%2F%3F%3D%3B'],
      ['O\'Brien "Bob" \\', 'O%27Brien%20%22Bob%22%20%5C'],
      ['Zoë 犬 🐕', 'Zo%C3%AB%20%E7%8A%AC%20%F0%9F%90%95'],
      ['%', '%25'],
      ['_nn*', '_nn*'],
    ])('finds the name %j asked for as %s', async (name, encoded) => {
      const row = await create(name);
      const data = expectSuccess(await byName(encoded), 200, `${Entity} retrieved successfully`);
      expect(data[`${entity}s`]).toEqual([row]);
    });
  });

  describe('reading, changing and deleting what does not exist', () => {
    test.each(UNKNOWN_IDS)('answers 404 for the id %s', async (id) => {
      const message = `${Entity} with ID '${decodeURIComponent(id.replace('%FF', '%EF%BF%BD'))}' not found`;
      for (const [method, body] of [['GET'], ['PUT', {}], ['DELETE']] as const) {
        const answer = await call(method, `${path}/${id}`, body);
        expect(answer.status).toBe(404);
        if (id !== '%FF') expectRefusal(answer, 404, field, message);
      }
    });

    test('looks at the body before it looks for the id', async () => {
      expectInvalid(await call('PUT', `${path}/invalid-${entity}`, { name: '' }));
    });
  });

  describe('updating', () => {
    test('renames: the new name is found, the old one is free', async () => {
      const { clock } = get();
      const row = await create('before', 'kept');
      clock.advance(1_000);
      const answer = await call('PUT', `${path}/${row.id}`, { name: 'after' });
      const updated = expectSuccess(answer, 200, `${Entity} updated successfully`)[entity];
      expect(updated).toEqual({ ...row, name: 'after', updated_at: updated.updated_at });
      expect(updated.updated_at > row.updated_at).toBe(true);
      expect(await read(row.id)).toEqual(updated);
      expect((await byName('after')).body.data[`${entity}s`]).toEqual([updated]);
      expect((await byName('before')).status).toBe(404);
      await create('before');
    });

    test('changes the description alone', async () => {
      const row = await create('redescribed', 'old');
      const answer = await call('PUT', `${path}/${row.id}`, { description: 'new' });
      expect(answer.body.data[entity]).toMatchObject({ name: 'redescribed', description: 'new' });
    });

    test.each([{}, { name: null, description: null }, { name: null }, { colour: 'red', id: 'mine' }])(
      'with %j keeps everything and moves updated_at',
      async (body) => {
        const { clock } = get();
        const row = await create(`kept by ${JSON.stringify(body)}`, 'kept');
        clock.advance(5);
        const answer = await call('PUT', `${path}/${row.id}`, body);
        const updated = expectSuccess(answer, 200, `${Entity} updated successfully`)[entity];
        expect(updated).toEqual({ ...row, updated_at: updated.updated_at });
        expect(updated.updated_at > row.updated_at).toBe(true);
      },
    );

    test('takes the own name again', async () => {
      const row = await create('same');
      const answer = await call('PUT', `${path}/${row.id}`, { name: 'same', description: 'again' });
      expectSuccess(answer, 200, `${Entity} updated successfully`);
    });

    test('refuses a taken name with 400 and changes nothing of the row', async () => {
      await create('occupied');
      const row = await create('homeless', 'kept');
      get().clock.advance(5);
      const answer = await call('PUT', `${path}/${row.id}`, { name: 'occupied', description: 'changed' });
      expectRefusal(answer, 400, 'name', `${Entity} with name 'occupied' already exists`);
      expect(await read(row.id)).toEqual(row);
    });

    test('lets one of many concurrent renames have the name', async () => {
      const rows = await Promise.all(Array.from({ length: 8 }, (_, i) => create(`racer ${i}`)));
      const answers = await Promise.all(rows.map(({ id }) => call('PUT', `${path}/${id}`, { name: 'winner' })));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(400)]);
      expect(await namesAmong(['winner'])).toEqual(['winner']);
    });

    test.each([{ name: '' }, { name: 7 }, { description: false }])('refuses %j with 422', async (body) => {
      const row = await create(`refusing ${JSON.stringify(body)}`);
      expectInvalid(await call('PUT', `${path}/${row.id}`, body));
      expect(await read(row.id)).toEqual(row);
    });
  });
};
