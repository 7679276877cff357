import { Caller } from './caller.ts';
import { MemFuseError } from './errors.ts';
import { Memory, type Names } from './memory.ts';
import { agentsOf, apiKeysOf, knowledgeOf, sessionsOf, tasksOf, usersOf } from './resources.ts';
import type { CallOptions } from './transport.ts';

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
