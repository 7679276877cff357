import type { Settings } from '../config/schema.ts';
import { shorten } from './known-fields.ts';
import { validationError } from './validation.ts';

interface Inner {
  readonly value: object;
  readonly key: string;
  readonly outer: Inner | null;
}

/** What stands in these is kept as it is and bounded in bytes, so it is nobody's list. */
const FREE = new Set(['metadata', 'content', 'tool_calls', 'function_call', 'audio']);

const isFree = ({ key, outer }: Inner): boolean => FREE.has(key) && outer !== null;

/** The first list of a body, at any depth, that has more items. Takes time by what is there, and no stack. */
const longList = (body: object, maxItems: number): Inner | null => {
  const waiting: Inner[] = [{ value: body, key: '', outer: null }];
  for (let outer = waiting.pop(); outer; outer = waiting.pop()) {
    if (Array.isArray(outer.value) && outer.value.length > maxItems) return outer;
    if (isFree(outer)) continue;
    for (const [key, value] of Object.entries(outer.value)) {
      if (typeof value === 'object' && value !== null) waiting.push({ value, key, outer });
    }
  }
  return null;
};

/** Steps of a path that an error repeats, the outermost. */
const MAX_STEPS = 32;

const pathOf = (inner: Inner): string[] => {
  const steps: string[] = [];
  for (let at = inner; at.outer; at = at.outer) steps.push(shorten(at.key));
  return steps.reverse().slice(0, MAX_STEPS);
};

/** Checks what schemas cannot know, because the owner of the server sets it. Errors: 422. */
export const createLimits = (settings: () => Settings['server']) => {
  /** UTF-8 needs at least one byte a UTF-16 unit and at most three, so most texts need no counting. */
  const isTooLong = (text: string, maxBytes: number): boolean =>
    text.length * 3 > maxBytes && (text.length > maxBytes || Buffer.byteLength(text) > maxBytes);

  return {
    /**
     * At most `server.max_messages` items in each list of a body, however deep it lies. Checked before the schema is, which
     * would take a second to tell what is wrong with each of a hundred thousand items.
     */
    lists: (body: unknown): void => {
      if (typeof body !== 'object' || body === null) return;
      const { max_messages: maxItems } = settings();
      const long = longList(body, maxItems);
      if (!long) return;
      const items = long.value as readonly unknown[];
      const msg = `List should have at most ${maxItems} items after validation, not ${items.length}. Send the rest in another request, or raise server.max_messages.`;
      const ctx = { field_type: 'List', max_length: maxItems, actual_length: items.length };
      throw validationError([{ type: 'too_long', loc: ['body', ...pathOf(long)], msg, input: null, ctx }]);
    },
    /** At most as many bytes in what a message comes with beside its text as in the text. */
    source: (path: readonly (string | number)[], source: string): void => {
      const { max_message_bytes: maxBytes } = settings();
      if (!isTooLong(source, maxBytes)) return;
      const msg = `What comes with a message beside its text should have at most ${maxBytes} bytes as JSON, not ${Buffer.byteLength(source)}. Leave files and images out of it, or raise server.max_message_bytes.`;
      throw validationError([
        { type: 'value_error', loc: ['body', ...path], msg, input: null, ctx: { max_bytes: maxBytes } },
      ]);
    },
    /** At most `server.max_message_bytes` bytes in a text. */
    text: (path: readonly (string | number)[], text: string): void => {
      const { max_message_bytes: maxBytes } = settings();
      if (!isTooLong(text, maxBytes)) return;
      const msg = `Content should have at most ${maxBytes} bytes, not ${Buffer.byteLength(text)}. Split it, or raise server.max_message_bytes.`;
      throw validationError([
        { type: 'string_too_long', loc: ['body', ...path], msg, input: null, ctx: { max_bytes: maxBytes } },
      ]);
    },
  };
};
