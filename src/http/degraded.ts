interface Asked {
  readonly as_of?: number | null | undefined;
  readonly store_type?: string | null | undefined;
}

/** What was asked for and could not be done: what the search says, then what there is nothing for yet. */
export const degradedOf = (bySearch: readonly string[], { as_of, store_type }: Asked): string[] => [
  ...bySearch,
  ...(store_type === 'graph' ? ['store_type graph: there is none yet, searched without it'] : []),
  ...(typeof as_of === 'number'
    ? ['as_of: there are no facts yet; only the times that the question names are told from it']
    : []),
];
