import { defineCommand } from 'citty';
import { askServer, serverArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

/** `memfuse status`: whether a server answers, and how far its background work is. */
export const status = withDetails(
  defineCommand({
    meta: {
      name: 'status',
      description: 'Show whether the server answers and how far its background work is',
    },
    args: {
      ...serverArguments,
      json: { type: 'boolean', default: false, description: 'Print JSON' },
      ready: {
        type: 'boolean',
        default: false,
        description: 'Only say whether it can serve, which needs no API key: ends with 1 when it cannot',
      },
    },
    run: ({ args: { url, key, json, ready } }) =>
      askServer({ url, key }, async (client) => {
        if (ready) {
          const { status } = await client.call('ready', {});
          return console.log(json ? JSON.stringify({ status }) : 'ready');
        }
        const health = await client.call('health', {});
        const tasks = await client.tasks.stats();
        if (json) return console.log(JSON.stringify({ health, tasks }));
        const { waiting, running, failed, oldest_waiting_ms: oldest } = tasks;
        const since = oldest ? `, the oldest for ${Math.round(oldest / 1_000)} s` : '';
        console.log(`server     ${health.version}, ${health.storage}, vectors by ${health.embedding_provider}`);
        if (health.link) console.log(`servers    linked by ${health.link.engine}, which is ${health.link.status}`);
        console.log(`API keys   ${health.api_keys ? 'on' : 'off'}`);
        console.log(`background ${waiting} waiting${since}, ${running} running, ${failed} failed`);
        if (failed > 0)
          console.log('           GET /api/v1/tasks?state=failed says why; POST /api/v1/tasks/retry tries again');
      }),
  }),
  { examples: ['memfuse status', 'memfuse status --json', 'memfuse status --ready'] },
);
