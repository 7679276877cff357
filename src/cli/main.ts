import complete from '@bomb.sh/tab/citty';
import { defineCommand } from 'citty';
import packageJson from '../../package.json' with { type: 'json' };
import { runCommandLine } from './command-line.ts';
import { add } from './commands/add.ts';
import { backup } from './commands/backup.ts';
import { bench } from './commands/bench.ts';
import { compact } from './commands/compact.ts';
import { context } from './commands/context.ts';
import { correct } from './commands/correct.ts';
import { dev } from './commands/dev.ts';
import { doctor } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { facts } from './commands/facts.ts';
import { forget } from './commands/forget.ts';
import { importCommand } from './commands/import.ts';
import { keys } from './commands/keys.ts';
import { mcp } from './commands/mcp.ts';
import { query } from './commands/query.ts';
import { reindex } from './commands/reindex.ts';
import { restore } from './commands/restore.ts';
import { retention } from './commands/retention.ts';
import { serve } from './commands/serve.ts';
import { status } from './commands/status.ts';
import { tail } from './commands/tail.ts';

const subCommands = {
  ...{ serve, mcp, status, add, query, context, facts, correct, forget, retention, tail },
  ...{ export: exportCommand, import: importCommand },
  ...{ keys, backup, restore, compact, reindex, doctor, dev, bench },
};

const memfuse = defineCommand({
  meta: {
    name: 'memfuse',
    version: packageJson.version,
    description: 'A memory server for applications that use language models',
  },
  subCommands,
});

// The shells ask by `memfuse complete` what may follow.
await complete(memfuse);
await runCommandLine(memfuse);
