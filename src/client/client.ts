import { Caller } from './caller.ts';
import { MemFuseError } from './errors.ts';
import { Memory, type Names } from './memory.ts';
import type { Answer, Operations } from './operations.ts';
import { agentsOf, apiKeysOf, factsOf, knowledgeOf, sessionsOf, tasksOf, usersOf } from './resources.ts';
import type { CallOptions } from './transport.ts';

const LINES = 'application/x-ndjson';

export interface ImportOptions {
  /** The name of the user of what names none; `imported` when absent. */
  readonly user?: string | undefined;
  /** Tell what would come in, and store nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A MemFuse server. `for` gives the memory of a user by name, which is where most begin; `call` makes any call of the API.
 *
 * @example
 * const memory = new MemFuse().for({ user: 'alice' });
 * await memory.add('I moved to Lisbon in May.');
 * const { results } = await memory.search('Where do I live?');
 */
export class MemFuse extends Caller {
  readonly users = usersOf(this);
  readonly agents = agentsOf(this);
  readonly sessions = sessionsOf(this);
  readonly knowledge = knowledgeOf(this);
  readonly facts = factsOf(this);
  readonly apiKeys = apiKeysOf(this);
  readonly tasks = tasksOf(this);

  /** The memory of a user, by names. Nothing is sent before it is used, and what does not exist is created then. */
  for(names: Names): Memory {
    return new Memory(this, names);
  }

  /** The same, with user, agent and session created at once. Errors: `MemFuseError`. */
  async init(names: Names): Promise<Memory> {
    const memory = this.for(names);
    await memory.ids();
    return memory;
  }

  /**
   * Everything of a user, or of all, as JSON Lines. The last line has the number of records and a digest; without it the export
   * is not whole. Errors: `MemFuseError`.
   */
  async export(userId: string | null = null, { signal }: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const response =
      userId === null
        ? await this.exchange('exportAll', {}, null, signal)
        : await this.exchange('exportUser', { path: { user_id: userId } }, null, signal);
    return response.body ?? new ReadableStream();
  }

  /**
   * Imports an export of this server or of another memory system; the same file twice imports once. Errors: `MemFuseError`, also
   * for a file that is not whole, of which nothing is imported.
   */
  async import(
    file: BodyInit,
    { user, dryRun, signal }: ImportOptions = {},
  ): Promise<Answer<Operations['importFile']>> {
    const query = { user, dry_run: dryRun ? 'true' : undefined };
    const response = await this.exchange('importFile', { query }, { content: file, type: LINES }, signal);
    return ((await response.json()) as { data: Answer<Operations['importFile']> }).data;
  }

  /** Whether a server answers. It never fails. */
  async isUp(options?: CallOptions): Promise<boolean> {
    try {
      await this.call('health', {}, { retries: 0, ...options });
      return true;
    } catch (error) {
      if (error instanceof MemFuseError) return false;
      throw error;
    }
  }
}
