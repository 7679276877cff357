import type { Answer, NewMessage, Operations } from '../../client/index.ts';
import { textIn } from './text.ts';

/** What a value is in LangGraph: anything that JSON can write. */
export type Value = Record<string, unknown>;

export interface Item {
  readonly namespace: string[];
  readonly key: string;
  readonly value: Value;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Where an item is. */
export interface Place {
  readonly namespace: readonly string[];
  readonly key: string;
}

/** A kept message with what came beside its text. */
export type Kept = Answer<Operations['listMessages']>['messages'][number];

const PREFIX = 'langgraph ';
const LONGEST_NAME = 255;
const PART = 'langgraph_item';
/** Says of an item that search may find it. */
const IS_FOUND = 'langgraph_found';
/** The text that search reads; the value stands beside it in full. */
const LONGEST_TEXT = 65_536;

/**
 * The name of the session that holds an item alone. Errors: `TypeError` for one that is too long.
 */
export const nameOf = ({ namespace, key }: Place): string => {
  const name = PREFIX + JSON.stringify([...namespace, key]);
  if (name.length <= LONGEST_NAME) return name;
  throw new TypeError(
    `Namespace and key take ${name.length} characters as a name, and at most ${LONGEST_NAME} are kept: ${name.slice(0, 80)}... Shorten the key.`,
  );
};

/** Where the item of a session is; null for a session of another kind. */
export const placeOf = (name: string | null): Place | null => {
  if (!name?.startsWith(PREFIX)) return null;
  const labels = JSON.parse(name.slice(PREFIX.length)) as string[];
  return { namespace: labels.slice(0, -1), key: labels.at(-1) as string };
};

/** What the metadata of all items under a namespace hold. */
export const under = (namespace: readonly string[]): Record<string, unknown> => ({
  [IS_FOUND]: true,
  ...Object.fromEntries(namespace.map((label, i) => [`langgraph_${i}`, label])),
});

/**
 * An item as a message: the text that it is found by, and the value beside it, which is a string for the server, so that every
 * value comes back as it is. @param index paths to what is found; false for nothing.
 */
export const messageOf = ({ namespace }: Place, value: Value, index: readonly string[] | false): NewMessage => {
  const text = index === false ? '' : textIn(value, index).slice(0, LONGEST_TEXT).toWellFormed();
  const part = { type: PART, json: JSON.stringify(value) };
  return {
    // What programs keep is no statement of anybody, from which facts could be read.
    role: 'system',
    content: text.trim() === '' ? [part] : [{ type: 'text', text }, part],
    metadata: { ...under(namespace), [IS_FOUND]: text.trim() !== '' },
  };
};

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The item that a message holds, by its metadata; null when that holds none. */
export const itemOf = (
  { namespace, key }: Place,
  metadata: unknown,
  { created_at, updated_at }: { readonly created_at: string; readonly updated_at: string },
): Item | null => {
  const source = isFields(metadata) ? metadata['source'] : null;
  const parts: unknown = isFields(source) ? source['parts'] : null;
  const part = Array.isArray(parts) ? parts.find((each) => isFields(each) && each['type'] === PART) : null;
  if (typeof part?.json !== 'string') return null;
  return {
    namespace: [...namespace],
    key,
    value: JSON.parse(part.json) as Value,
    createdAt: new Date(created_at),
    updatedAt: new Date(updated_at),
  };
};
