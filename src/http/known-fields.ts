import { z } from 'zod';
import { likelyName, nearestName } from '../config/nearest-name.ts';

/** The names that an object may have, with what is known of their values; for a list what is known of its items. */
export interface KnownFields {
  readonly fields: ReadonlyMap<string, KnownFields | null> | null;
  readonly items: KnownFields | null;
}

/** A field that no schema knows. */
export interface UnknownField {
  /** With `*` for a place in a list. */
  readonly path: readonly string[];
  /** The known name that may have been meant. */
  readonly meant: string | null;
}

/** Most unknown fields that an answer tells of, and most characters of one: the nearest to a long name is slow to find. */
const MAX_TOLD = 20;
const MAX_NAME = 64;

/** What a schema knows; null for one that takes objects as they are, or none. */
export const knownFieldsOf = (schema: z.ZodType): KnownFields | null => {
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries<z.ZodType>(schema.shape);
    return { fields: new Map(entries.map(([name, inner]) => [name, knownFieldsOf(inner)])), items: null };
  }
  if (schema instanceof z.ZodArray) {
    const items = knownFieldsOf(schema.element as z.ZodType);
    return items && { fields: null, items };
  }
  // Preprocessing and transforming stand on either side of what they are about.
  if (schema instanceof z.ZodPipe)
    return knownFieldsOf(schema.in as z.ZodType) ?? knownFieldsOf(schema.out as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return knownFieldsOf(schema.unwrap() as z.ZodType);
  }
  return null;
};

/** A name as it can be repeated. */
export const shorten = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name);

const namesIn = (known: KnownFields | null): string[] => [...(known?.fields?.keys() ?? [])];

/** The known name that is nearest to one that is not, however far; null when none is known. */
export const nearestField = (name: string, known: KnownFields | null): string | null =>
  nearestName(name.slice(0, MAX_NAME), namesIn(known));

/** What is known at a place in a value. */
export const knownAt = (known: KnownFields | null, path: readonly PropertyKey[]): KnownFields | null =>
  path.reduce<KnownFields | null>(
    (at, step) => (typeof step === 'number' ? at?.items : at?.fields?.get(String(step))) ?? null,
    known,
  );

/**
 * Makes a number of what keeps the digits of one, where an object or a list belongs: zod would take it for an object without
 * fields. Changes the value in place, and answers it.
 */
export const withPlainNumbers = (value: unknown, known: KnownFields | null): unknown => {
  if (!known || typeof value !== 'object' || value === null) return value;
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  const holder = value as Record<string | number, unknown>;
  const put = (key: string | number, inner: KnownFields): void => {
    const plain = withPlainNumbers(holder[key], inner);
    if (plain !== holder[key]) holder[key] = plain;
  };
  const { items, fields } = known;
  if (items && Array.isArray(value)) for (let i = 0; i < value.length; i += 1) put(i, items);
  if (fields && !Array.isArray(value)) {
    for (const [name, inner] of fields) if (inner && Object.hasOwn(value, name)) put(name, inner);
  }
  return value;
};

/** The fields of a value that are not known, each once, however many items of a list have it. */
export const unknownFields = (value: unknown, known: KnownFields | null): UnknownField[] => {
  const found = new Map<string, UnknownField>();
  const look = (item: unknown, at: KnownFields, path: readonly string[]): void => {
    if (typeof item !== 'object' || item === null) return;
    if (Array.isArray(item)) {
      if (!at.items) return;
      const places = [...path, '*'];
      for (const one of item) look(one, at.items, places);
      return;
    }
    for (const name of at.fields ? Object.keys(item) : []) {
      const inner = at.fields?.get(name);
      if (inner) look((item as Record<string, unknown>)[name], inner, [...path, name]);
      else if (inner === undefined && found.size < MAX_TOLD) {
        const place = [...path, shorten(name)];
        const id = place.join('.');
        if (!found.has(id)) found.set(id, { path: place, meant: likelyName(name.slice(0, MAX_NAME), namesIn(at)) });
      }
    }
  };
  if (known) look(value, known, []);
  return [...found.values()];
};

/** A sentence for each unknown field of a request. */
export const warningsOf = (unknown: readonly UnknownField[], what: 'field' | 'parameter'): string[] =>
  unknown.map(({ path, meant }) => {
    const question = meant === null ? '' : `; did you mean '${meant}'?`;
    return `the ${what} '${path.join('.')}' is not known and was ignored${question}`;
  });
