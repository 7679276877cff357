import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { TIMESTAMP, UNKNOWN_IDS } from '../support/formats.ts';
import { startConversation, startServer, type TestAnswer, type TestServer } from '../support/server.ts';

/** The data of an answer that went well. */
const expectSuccess = ({ status, body }: TestAnswer, expected: number, message?: string) => {
  expect([status, body.status]).toEqual([expected, 'success']);
  if (message !== undefined) expect(body.message).toBe(message);
  return body.data;
};
const expectRefusal = ({ status, body }: TestAnswer, expected: number, field: string): void => {
  expect([status, body.errors[0].field]).toEqual([expected, field]);
};
const expectInvalid = ({ status }: TestAnswer): void => expect(status).toBe(422);

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ settings: { 'memory.facts.enabled': true } });
});
afterAll(() => server.stop());

let people = 0;
const start = async () => {
  people += 1;
  const name = `Alice${people}`;
  const ids = await startConversation(server, name);
  const say = async (...texts: readonly string[]): Promise<string[]> => {
    const messages = texts.map((content) => ({ role: 'user', content }));
    const path = `/sessions/${ids.sessionId}/messages?wait_for=extracted&timeout_ms=20000`;
    const { message_ids, reached } = expectSuccess(await server.call('POST', path, { messages }), 201);
    expect(reached).toBe(true);
    return message_ids;
  };
  const facts = async (query = '') =>
    expectSuccess(await server.call('GET', `/users/${ids.userId}/facts${query}`), 200).facts;
  return { ...ids, name, say, facts };
};
type Fact = Awaited<ReturnType<Awaited<ReturnType<typeof start>>['facts']>>[number];
const textsOf = (facts: readonly Fact[]): string[] => facts.map(({ text }: Fact) => text);

describe('facts', () => {
  test('are read out of what is said, and name the message', async () => {
    const { userId, name, say, facts } = await start();
    const [id] = await say('I live in Lisbon.');
    const [fact] = await facts();
    expect(Object.keys(fact).sort()).toEqual(
      [
        ...['category', 'confidence', 'created_at', 'entities', 'id', 'message_ids', 'object', 'predicate', 'state'],
        ...['subject', 'superseded_by', 'supersedes', 'text', 'updated_at', 'user_id', 'valid_from', 'valid_to'],
      ].sort(),
    );
    expect(fact).toMatchObject({ user_id: userId, subject: name, message_ids: [id], state: 'active' });
    expect(fact.text).toContain('Lisbon');
    expect(fact.created_at).toMatch(TIMESTAMP);
  });

  test('of which a newer one takes the place are superseded, with when and by what', async () => {
    const { say, facts } = await start();
    await say('I live in Lisbon.');
    await say('I moved to Porto, so I live in Porto now.');
    const [older] = await facts('?state=superseded');
    const active = await facts();
    expect(older.text).toContain('Lisbon');
    expect(active.map(({ id }: Fact) => id)).toContain(older.superseded_by);
    expect(older.valid_to).toMatch(TIMESTAMP);
    expect(await facts('?state=all')).toHaveLength(active.length + 1);
  });

  test('are listed by subject, category, session and time, in pages', async () => {
    const { name, say, facts, sessionId, userId } = await start();
    await say('I live in Lisbon.', 'I am allergic to peanuts.', 'I work as a nurse.');
    const all = await facts();
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(await facts(`?subject=${name.toUpperCase()}`)).toHaveLength(all.length);
    expect(await facts('?subject=nobody')).toEqual([]);
    expect((await facts('?category=home')).every(({ category }: Fact) => category === 'home')).toBe(true);
    expect(await facts(`?session_id=${sessionId}`)).toHaveLength(all.length);
    expect(await facts('?as_of=2001-01-01')).toEqual([]);
    const first = await server.call('GET', `/users/${userId}/facts?limit=2`);
    const { facts: page, next_cursor: cursor } = expectSuccess(first, 200, 'Facts retrieved successfully');
    expect(first.headers.get('Link')).toContain('rel="next"');
    expect([...page, ...(await facts(`?cursor=${cursor}`))]).toEqual(all);
  });

  test('are refused by parameters that are none', async () => {
    const { userId } = await start();
    for (const [query, field] of [
      ['state=gone', 'state'],
      ['category=cake', 'category'],
      ['as_of=soon', 'as_of'],
      ['limit=0', 'limit'],
      ['cursor=7', 'cursor'],
    ] as const) {
      expectRefusal(await server.call('GET', `/users/${userId}/facts?${query}`), 400, field);
    }
    const unknown = await server.call('GET', `/users/${userId}/facts?session_id=nowhere`);
    expectRefusal(unknown, 404, 'session_id');
    for (const id of UNKNOWN_IDS) {
      expectRefusal(await server.call('GET', `/users/${id}/facts`), 404, 'user_id');
      expectRefusal(await server.call('GET', `/users/${id}/entities`), 404, 'user_id');
      expectRefusal(await server.call('GET', `/users/${id}/profile`), 404, 'user_id');
      expectRefusal(await server.call('GET', `/facts/${id}/history`), 404, 'fact_id');
      expectRefusal(await server.call('PATCH', `/facts/${id}`, { text: 'x' }), 404, 'fact_id');
      expectRefusal(await server.call('DELETE', `/facts/${id}`), 404, 'fact_id');
      expectRefusal(await server.call('POST', `/facts/${id}/undo`), 404, 'fact_id');
    }
  });

  test('are changed by a person, told by the history, and taken back', async () => {
    const { say, facts } = await start();
    await say('I live in Lisbon.');
    const [{ id, text }] = await facts();
    const patch = { text: 'Alice lives in Porto.', confidence: 1, valid_from: '2026-01-01', category: 'home' };
    const { fact } = expectSuccess(await server.call('PATCH', `/facts/${id}`, patch), 200, 'Fact updated successfully');
    expect(fact).toMatchObject({
      text: 'Alice lives in Porto.',
      confidence: 1,
      valid_from: '2026-01-01T00:00:00.000000Z',
    });
    const { history } = expectSuccess(await server.call('GET', `/facts/${id}/history`), 200);
    expect(history.map(({ change }: { change: string }) => change)).toEqual(['created', 'edited']);
    expect(history[1]).toMatchObject({ before: { text }, after: { text: 'Alice lives in Porto.' } });
    const undone = expectSuccess(await server.call('POST', `/facts/${id}/undo`), 200);
    expect(undone.fact).toMatchObject({ text, valid_from: null });
    expectRefusal(await server.call('POST', `/facts/${id}/undo`), 409, 'fact_id');
  });

  test('are not changed into what they cannot be', async () => {
    const { say, facts } = await start();
    await say('I live in Lisbon.');
    const [{ id }] = await facts();
    const early = { valid_from: '2026-02-01', valid_to: '2026-01-01' };
    expectRefusal(await server.call('PATCH', `/facts/${id}`, early), 400, 'valid_to');
    for (const body of [
      { text: ' ' },
      { confidence: 2 },
      { state: 'gone' },
      { colour: 'red' },
      { text: 'x'.repeat(2_001) },
    ]) {
      expect((await server.call('PATCH', `/facts/${id}`, body)).status).toBe(422);
    }
  });

  test('that are deleted do not come back from the same message when it is read again', async () => {
    const { userId, say, facts } = await start();
    await say('I live in Lisbon.', 'I am allergic to peanuts.');
    const home = (await facts()).find(({ text }: Fact) => text.includes('Lisbon'));
    const deleted = expectSuccess(await server.call('DELETE', `/facts/${home.id}`), 200, 'Fact deleted successfully');
    expect(deleted).toEqual({ fact_id: home.id });
    await server.call('PUT', `/users/${userId}`, { name: `Alicia${people}` });
    await say('Hello!');
    const left = textsOf(await facts());
    expect(left.filter((text) => text.includes('Lisbon'))).toEqual([]);
    expect(left.filter((text) => text.includes('peanuts'))).toHaveLength(1);
    expect(left.join(' ')).toContain(`Alicia${people}`);
  });

  test('go with the message that says them', async () => {
    const { sessionId, say, facts } = await start();
    const [id] = await say('I live in Lisbon.');
    await server.call('DELETE', `/sessions/${sessionId}/messages`, { message_ids: [id] });
    expect(await facts('?state=all')).toEqual([]);
  });

  test('name entities, and make up a profile whose text changes only with them', async () => {
    const { userId, say } = await start();
    await say('I live in Lisbon.', 'I am allergic to peanuts.');
    const { entities } = expectSuccess(await server.call('GET', `/users/${userId}/entities`), 200);
    expect(entities.map(({ name }: { name: string }) => name)).toContain('Lisbon');
    const profile = async () => expectSuccess(await server.call('GET', `/users/${userId}/profile`), 200);
    const { text, categories } = await profile();
    expect(text).toContain('Lisbon');
    expect(categories.map(({ category }: { category: string }) => category)).toContain('home');
    await say('What time is it?');
    expect((await profile()).text).toBe(text);
  });
});

describe('forgetting', () => {
  const talk = async () => {
    const person = await start();
    const { sessionId, userId, say } = person;
    await say("I can't stand olives.");
    const reply = [{ role: 'assistant', content: 'Noted: no olives for you.' }];
    await server.call('POST', `/sessions/${sessionId}/messages?wait_for=indexed`, { messages: reply });
    await say('I live in Lisbon.');
    await server.call('POST', `/users/${userId}/knowledge`, { knowledge: ['Olives are off the menu.'] });
    const contents = async (): Promise<string[]> => {
      const { messages } = expectSuccess(await server.call('GET', `/sessions/${sessionId}/messages?order=asc`), 200);
      return messages.map(({ content }: { content: string }) => content);
    };
    const forget = (body: object) => server.call('POST', `/users/${userId}/forget`, body);
    return { ...person, contents, forget };
  };

  test('shows everything that says it, and changes nothing in a dry run', async () => {
    const { forget, contents, facts } = await talk();
    const before = [await contents(), await facts('?state=all')];
    const { forgotten, dry_run } = expectSuccess(await forget({ query: 'forget olives', dry_run: true }), 200);
    expect(dry_run).toBe(true);
    expect(forgotten.messages.map(({ content }: { content: string }) => content).toSorted()).toEqual([
      "I can't stand olives.",
      'Noted: no olives for you.',
    ]);
    expect(forgotten.knowledge).toHaveLength(1);
    expect(textsOf(forgotten.facts).join(' ')).not.toContain('Lisbon');
    expect([await contents(), await facts('?state=all')]).toEqual(before);
  });

  test('takes away the statement, its echo, the knowledge and the facts, and nothing else', async () => {
    const { userId, forget, contents, facts } = await talk();
    expectSuccess(await forget({ query: 'olives' }), 200);
    expect(await contents()).toEqual(['I live in Lisbon.']);
    expect(textsOf(await facts('?state=all')).join(' ')).not.toContain('olive');
    const found = await server.call('POST', `/users/${userId}/query`, { query: 'Does she like olives?' });
    expect(JSON.stringify(found.body.data.results)).not.toContain('olives');
  });

  test('takes ids of facts and messages, and finds what repeats them', async () => {
    const { forget, contents, facts } = await talk();
    const [fact] = (await facts()).filter(({ text }: Fact) => text.includes('olives'));
    expectSuccess(await forget({ ids: [fact.id] }), 200);
    expect(await contents()).toEqual(['I live in Lisbon.']);
  });

  test('is refused without exactly one of query and ids, and for words that name nothing', async () => {
    const { forget } = await talk();
    for (const body of [{}, { query: 'x', ids: ['y'] }, { ids: [] }, { query: ' ' }, { query: 'x', dryrun: true }]) {
      expectInvalid(await forget(body));
    }
    expectRefusal(await forget({ query: 'forget everything' }), 400, 'query');
  });
});

describe('correcting', () => {
  test('says how a fact truly is, by its id or in words, and keeps the old text in its history', async () => {
    const { userId, say, facts } = await start();
    await say('I live in Lisbon.');
    const [{ id, text }] = await facts();
    const correct = (body: object) => server.call('POST', `/users/${userId}/correct`, body);
    const byId = expectSuccess(await correct({ fact_id: id, text: 'Alice lives in Porto.' }), 200);
    expect(byId).toMatchObject({ replaced: text, fact: { id, text: 'Alice lives in Porto.', confidence: 1 } });
    const byWords = expectSuccess(
      await correct({ query: 'Where does Alice live?', text: 'Alice lives in Faro.' }),
      200,
    );
    expect(byWords).toMatchObject({ replaced: 'Alice lives in Porto.', fact: { id, text: 'Alice lives in Faro.' } });
    expectInvalid(await correct({ text: 'x' }));
    expectRefusal(await correct({ fact_id: 'nobody', text: 'x' }), 404, 'fact_id');
  });
});

describe('a question about what has changed', () => {
  const moved = async () => {
    const person = await start();
    const { sessionId, userId } = person;
    const add = async (content: string, created_at: string) => {
      const messages = [{ role: 'user', content, created_at }];
      const path = `/sessions/${sessionId}/messages?wait_for=extracted&timeout_ms=20000`;
      expectSuccess(await server.call('POST', path, { messages }), 201);
    };
    await add('I live in Lisbon, and where I live I love the light.', '2026-01-10T10:00:00Z');
    await add('I moved to Porto last week.', '2026-03-10T10:00:00Z');
    const ask = async (body: object) =>
      expectSuccess(await server.call('POST', `/users/${userId}/query`, { query: 'Where do I live?', ...body }), 200)
        .results as { content: string; type: string; metadata: Record<string, unknown> }[];
    return { ...person, ask };
  };

  test('is answered by what holds first, and names the messages when it is a fact', async () => {
    const { ask } = await moved();
    const [first] = await ask({});
    expect(first?.content).toContain('Porto');
    const [only] = await ask({ top_k: 1 });
    expect(only?.content).toContain('Porto');
    if (only?.type === 'knowledge') {
      expect(only.metadata).toMatchObject({ level: 2, state: 'active', message_ids: [expect.any(String)] });
    }
  });

  test('is answered by what held at the moment that is asked about', async () => {
    const { ask } = await moved();
    const [first] = await ask({ as_of: '2026-02-01T00:00:00Z' });
    expect(first?.content).toContain('Lisbon');
  });

  test('shows a corrected fact above the message that says it otherwise', async () => {
    const { userId, ask, facts } = await moved();
    const [home] = await facts('?category=home');
    const body = { fact_id: home.id, text: home.text.replace('Porto', 'Braga') };
    expectSuccess(await server.call('POST', `/users/${userId}/correct`, body), 200);
    const [first] = await ask({});
    expect(first).toMatchObject({ type: 'knowledge', metadata: { level: 2, state: 'active' } });
    expect(first?.content).toContain('Braga');
  });

  test('leaves facts out when knowledge is not wanted', async () => {
    const { ask } = await moved();
    const types = (await ask({ include_knowledge: false })).map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(['message']));
  });
});

describe('a block for a prompt', () => {
  test('opens with what holds about the user, in the same words whatever is asked, within its tokens', async () => {
    const { userId, name, say } = await start();
    await say('I live in Lisbon.', 'I am allergic to peanuts.', 'I moved to Porto, so I live in Porto now.');
    const contextOf = async (query: string, more: object = {}) =>
      expectSuccess(await server.call('POST', `/users/${userId}/context`, { query, ...more }), 200);
    const openingOf = (context: string): string => context.split('\n\n')[0] ?? '';
    const one = await contextOf('Where do I live?');
    const other = await contextOf('What should I not eat?');
    expect(openingOf(one.context)).toBe(openingOf(other.context));
    expect(openingOf(one.context)).toStartWith(`What holds about ${name}:\n- `);
    expect(openingOf(one.context)).toContain('Porto');
    expect(openingOf(one.context)).not.toContain('lives in Lisbon');
    expect(one.tokens).toBeLessThanOrEqual(2_000);
    const small = await contextOf('Where do I live?', { max_tokens: 60 });
    expect(small.tokens).toBeLessThanOrEqual(60);
    const { context } = await contextOf('Where do I live?', { format: 'messages' });
    expect(context[0]).toMatchObject({ role: 'system', content: openingOf(one.context) });
  });
});

describe('facts that are asked for by their level', () => {
  test('stand each once beside the messages, what holds above what it took the place of', async () => {
    const { userId, say } = await start();
    await say('I live in Lisbon, near the river.', 'My brother likes kayaks.');
    await say('I moved to Porto, so I live in Porto now.');
    const ask = async (query: string, levels: readonly number[]) => {
      const answer = await server.call('POST', `/users/${userId}/query`, { query, top_k: 20, filters: { levels } });
      return expectSuccess(answer, 200).results;
    };
    type Result = { id: string; content: string; metadata: { level: number; state?: string } };
    const facts = await ask('Where do I live?', [2]);
    expect([...new Set(facts.map(({ metadata }: Result) => metadata.level))]).toEqual([2]);
    const placeOf = (state: string, city: string) =>
      facts.findIndex(({ content, metadata }: Result) => metadata.state === state && content.includes(city));
    expect(placeOf('active', 'Porto')).toBeGreaterThanOrEqual(0);
    expect(placeOf('active', 'Porto')).toBeLessThan(placeOf('superseded', 'Lisbon'));
    const both = await ask('Where do I live?', [0, 2]);
    expect(new Set(both.map(({ id }: Result) => id)).size).toBe(both.length);
    expect([...new Set(both.map(({ metadata }: Result) => metadata.level))].toSorted()).toEqual([0, 2]);
    const scores = both.map(({ score }: { score: number }) => score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
    expect((await ask('Where do I live?', [0])).every(({ metadata }: Result) => metadata.level === 0)).toBe(true);
  });
});

describe('the graph of facts', () => {
  test('connects a question with what it names over something else, in facts and in messages', async () => {
    const { userId, say } = await start();
    await say('My sister Clara works at Siemens.', 'Siemens moved to Munich in May.', 'My brother likes kayaks.');
    const ask = async (query: string, more: object = {}) => {
      const answer = await server.call('POST', `/users/${userId}/query`, {
        query,
        store_type: 'graph',
        explain: true,
        ...more,
      });
      return expectSuccess(answer, 200);
    };
    const { results, degraded } = await ask('Where is Clara on weekdays?');
    type Result = { content: string; type: string; metadata: object; explain: { step: string; score: number }[] };
    const texts = results.map(({ content }: Result) => content);
    expect(texts).toContain('My sister Clara works at Siemens.');
    expect(texts).toContain('Siemens moved to Munich in May.');
    expect(texts.join()).not.toContain('kayaks');
    expect(degraded).toEqual([]);
    const fact = results.find(({ type }: Result) => type === 'knowledge');
    expect(fact.metadata).toMatchObject({ level: 2, state: 'active', retrieval: { source: 'graph_store' } });
    expect(fact.metadata.message_ids).toHaveLength(1);
    for (const { score, explain } of results) {
      const sum = explain.reduce((total: number, part: { score: number }) => total + part.score, 0);
      expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(score, 3);
    }
    const far = results.find(({ content, type }: Result) => type === 'message' && content.startsWith('Siemens moved'));
    expect(far.explain.map(({ step }: { step: string }) => step)).toContain('graph');
    const messages = await ask('Where is Clara on weekdays?', { include_knowledge: false });
    expect([...new Set(messages.results.map(({ type }: Result) => type))]).toEqual(['message']);
  });
});

test('Facts fade where a policy says so: what is shown of them, and in which a profile is surest', async () => {
  let now = Date.now();
  const fading = await startServer({
    settings: { 'memory.facts.enabled': true, 'memory.facts.half_life_days': 10 },
    clock: { now: () => now },
  });
  try {
    const { userId, sessionId } = await startConversation(fading, 'Gwen');
    const path = `/sessions/${sessionId}/messages?wait_for=extracted&timeout_ms=20000`;
    expectSuccess(await fading.call('POST', path, { messages: [{ role: 'user', content: 'I live in Lisbon.' }] }), 201);
    const read = async () => expectSuccess(await fading.call('GET', `/users/${userId}/facts`), 200).facts[0];
    const fresh = await read();
    now += 10 * 86_400_000;
    expect((await read()).confidence).toBeCloseTo(fresh.confidence / 2);
    const profile = expectSuccess(await fading.call('GET', `/users/${userId}/profile`), 200);
    expect(profile.categories[0].facts[0].confidence).toBeCloseTo(fresh.confidence / 2);
    const patched = await fading.call('PATCH', `/facts/${fresh.id}`, { confidence: 0.9 });
    expect(expectSuccess(patched, 200).fact.confidence).toBeCloseTo(0.9);
  } finally {
    await fading.stop();
  }
});
