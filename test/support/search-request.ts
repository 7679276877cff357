import { NO_FILTERS, type SearchFilters } from '../../src/retrieval/filters.ts';
import type { Owner } from '../../src/retrieval/owner.ts';
import type { SearchRequest } from '../../src/retrieval/search.ts';

/** A search for everything that answers, but for what is said. */
export const searchRequest = (
  { tenantKey, userKey }: Owner,
  question: string,
  { filters, ...rest }: Partial<Omit<SearchRequest, 'filters'>> & { readonly filters?: Partial<SearchFilters> } = {},
): SearchRequest => ({
  tenantKey,
  userKey,
  question,
  topK: 10,
  mode: 'hybrid',
  filters: { ...NO_FILTERS, ...filters },
  nowMs: Date.UTC(2026, 0, 1),
  explain: false,
  ...rest,
});
