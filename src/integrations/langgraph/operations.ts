import type { Place, Value } from './item.ts';

/** The operations of LangGraph's stores, as its package `@langchain/langgraph-checkpoint` has them. */

export type GetOperation = Place;

export interface SearchOperation {
  readonly namespacePrefix: readonly string[];
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly query?: string | undefined;
}

export interface PutOperation extends Place {
  /** Null deletes. */
  readonly value: Value | null;
  /** Paths to what search finds; false for nothing, all of it when absent. */
  readonly index?: false | readonly string[] | undefined;
}

export interface ListNamespacesOperation {
  readonly matchConditions?:
    | readonly { readonly matchType: 'prefix' | 'suffix'; readonly path: readonly string[] }[]
    | undefined;
  readonly maxDepth?: number | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export type Operation = GetOperation | SearchOperation | PutOperation | ListNamespacesOperation;

export const isPut = (operation: Operation): operation is PutOperation => 'value' in operation;
export const isGet = (operation: Operation): operation is GetOperation => 'key' in operation && !isPut(operation);
export const isSearch = (operation: Operation): operation is SearchOperation => 'namespacePrefix' in operation;

const refuse = (why: string, namespace: readonly string[]): never => {
  throw new TypeError(`${why}, and this one is ${JSON.stringify(namespace)}.`);
};

/** Errors: `TypeError` for a namespace that other stores of LangGraph would refuse. */
export const assertNamespace = (namespace: readonly string[]): void => {
  if (namespace.length === 0) refuse('A namespace has at least one label', namespace);
  if (namespace.some((label) => typeof label !== 'string' || label === '' || label.includes('.'))) {
    refuse('The labels of a namespace are texts that are not empty and have no periods', namespace);
  }
  if (namespace[0] === 'langgraph') refuse('The first label of a namespace is not "langgraph"', namespace);
};
