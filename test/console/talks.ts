import type { TestServer } from '../support/server.ts';

export const HTML = '<img src="/nowhere" onerror="document.title = 1"><b>My cat is called <script>Tom</script>.</b>';

const TALKS = [
  {
    session: 'moving to Lisbon',
    at: '2025-03-04T09:00:00Z',
    turns: [
      ['user', 'I live in Berlin and work as a nurse at the Charité.'],
      ['assistant', 'That sounds demanding. How do you like it there?'],
      ['user', 'I like the work, but I am allergic to peanuts and the canteen is no good for me.'],
      ['user', HTML],
      ['assistant', 'I will keep that in mind.'],
    ],
  },
  {
    session: 'after the move',
    at: '2026-02-11T18:30:00Z',
    turns: [
      ['user', 'I moved to Lisbon, so I live in Lisbon now.'],
      ['assistant', 'Welcome to Lisbon!'],
      ['user', 'My sister Clara lives in Porto. My favourite food is grilled sardines.'],
    ],
  },
] as const;

/** A user who has said some things of which facts are read, and the ids of that. */
export const talk = async (server: TestServer, user = 'ada') => {
  let userId = '';
  const sessionIds: string[] = [];
  for (const { session, at, turns } of TALKS) {
    const messages = turns.map(([role, content]) => ({ role, content, created_at: at }));
    const path = '/memories?wait_for=extracted&timeout_ms=60000';
    const { status, body } = await server.call('POST', path, { user, agent: 'helper', session, messages });
    if (status !== 201 || !body.data.reached) throw new Error(`The talk was not taken in: ${JSON.stringify(body)}`);
    userId = body.data.user_id;
    sessionIds.push(body.data.session_id);
  }
  return { userId, sessionIds };
};
