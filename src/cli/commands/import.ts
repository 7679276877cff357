import { createReadStream, existsSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { defineCommand } from 'citty';
import { askServer, EXIT, serverArguments } from '../asking.ts';
import { withDetails } from '../details.ts';

const NAMES = {
  user: 'users',
  agent: 'agents',
  session: 'sessions',
  message: 'messages',
  knowledge: 'statements',
  api_key: 'API keys',
  entity: 'names',
  fact: 'facts',
  episode: 'episodes',
  forgotten: 'forgotten statements',
  pending: 'ranges of messages to be worked on',
} as const;
/** Errors that are shown; `--json` has more. */
const SHOWN = 10;
const TELL_EVERY_MS = 1_000;

/** A file as it goes out, telling how far it is. */
async function* told(file: string): AsyncGenerator<Uint8Array> {
  const { size } = statSync(file);
  let sent = 0;
  let toldMs = performance.now();
  for await (const piece of createReadStream(file)) {
    sent += (piece as Uint8Array).length;
    if (process.stderr.isTTY && performance.now() - toldMs > TELL_EVERY_MS) {
      toldMs = performance.now();
      process.stderr.write(`\rsending: ${Math.floor((100 * sent) / size)} %`);
    }
    yield piece as Uint8Array;
  }
  if (process.stderr.isTTY) process.stderr.write('\r');
}

/** `memfuse import`: brings in an export of this server or of another memory system. */
export const importCommand = withDetails(
  defineCommand({
    meta: { name: 'import', description: 'Import an export of MemFuse or of another memory system' },
    args: {
      file: { type: 'positional', required: true, description: 'The file; - reads it from standard input' },
      ...serverArguments,
      user: {
        type: 'string',
        valueHint: 'NAME',
        description: 'Name of the user of what names none; "imported" when left out',
      },
      'dry-run': { type: 'boolean', default: false, description: 'Say what would come in, and store nothing' },
      json: { type: 'boolean', default: false, description: 'Print JSON' },
    },
    run: ({ args: { file, url, key, user, 'dry-run': dryRun, json } }) =>
      askServer({ url, key }, async (client) => {
        if (file !== '-' && !existsSync(file)) throw new TypeError(`There is no file ${file}.`);
        const pieces = file === '-' ? process.stdin : Readable.from(told(file));
        const body = Readable.toWeb(pieces as Readable) as unknown as ReadableStream<Uint8Array>;
        const outcome = await client.import(body, { user, dryRun });
        if (json) return console.log(JSON.stringify(outcome));
        const counts = Object.entries(outcome.imported).filter(([, count]) => count > 0);
        const came =
          counts.map(([name, count]) => `${count} ${NAMES[name as keyof typeof NAMES]}`).join(', ') || 'nothing';
        console.log(`${dryRun ? 'Would come in' : 'Imported'}: ${came}. There already: ${outcome.skipped}.`);
        for (const { line, message } of outcome.errors.slice(0, SHOWN)) console.error(`line ${line}: ${message}`);
        if (outcome.errors_total > 0) {
          console.error(`${outcome.errors_total} could not be read, and were left out.`);
          process.exitCode = EXIT.failed;
        }
      }),
  }),
  {
    examples: ['memfuse import alice.jsonl', 'memfuse import conversations.json --user alice --dry-run'],
    text: 'It reads exports of MemFuse, mem0, OpenMemory, Zep, Letta, ChatGPT and Claude, dumps of LangGraph stores, and messages as OpenAI has them, as JSON or one a line. The same file twice imports once. Of a file that is not whole nothing is imported.',
  },
);
