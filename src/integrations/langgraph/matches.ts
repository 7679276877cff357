import type { Value } from './item.ts';

const OPERATORS: Readonly<Record<string, (held: unknown, wanted: unknown) => boolean>> = {
  $eq: (held, wanted) => held === wanted,
  $ne: (held, wanted) => held !== wanted,
  $gt: (held, wanted) => Number(held) > Number(wanted),
  $gte: (held, wanted) => Number(held) >= Number(wanted),
  $lt: (held, wanted) => Number(held) < Number(wanted),
  $lte: (held, wanted) => Number(held) <= Number(wanted),
  $in: (held, wanted) => Array.isArray(wanted) && wanted.includes(held),
  $nin: (held, wanted) => !Array.isArray(wanted) || !wanted.includes(held),
};

const holds = (held: unknown, wanted: unknown): boolean => {
  const asked = typeof wanted === 'object' && wanted !== null ? Object.entries(wanted) : [];
  if (asked.length === 0 || !asked.every(([name]) => name in OPERATORS)) return held === wanted;
  return asked.every(([name, operand]) => OPERATORS[name]?.(held, operand));
};

/** Whether a value holds what a filter names, as LangGraph's own store in memory compares it. */
export const matches = (value: Value, filter: Readonly<Record<string, unknown>> = {}): boolean =>
  Object.entries(filter).every(([name, wanted]) => holds(value[name], wanted));

export const startsWith = (namespace: readonly string[], prefix: readonly string[]): boolean =>
  prefix.length <= namespace.length && prefix.every((label, i) => label === '*' || label === namespace[i]);

export const endsWith = (namespace: readonly string[], suffix: readonly string[]): boolean =>
  suffix.length <= namespace.length && startsWith(namespace.slice(namespace.length - suffix.length), suffix);
