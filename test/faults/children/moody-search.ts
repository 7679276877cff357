import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

/** A search Worker like the server's own, but for what befalls it at some questions. */
parentPort?.on('message', ({ payload }: { readonly payload?: { readonly question?: string } }) => {
  const [mood, pipe = ''] = (payload?.question ?? '').split(' ');
  if (mood === 'spin') for (;;);
  if (mood === 'stall') readFileSync(pipe);
  if (mood === 'crash') process.exit(1);
});
await import('../../../src/workers/search.ts');
