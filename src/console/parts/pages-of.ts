import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null | undefined;
}

/** Rows of a page. */
export const PAGE = 100;

/** The rows of a list that comes in pages, as far as they were asked for. */
export const usePagesOf = <Row>(
  queryKey: QueryKey,
  ask: (cursor: string, signal: AbortSignal) => Promise<Page<Row>>,
  options: { readonly refetchInterval?: number } = {},
) => {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    ...options,
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  return {
    rows,
    more: hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : null,
    isFirst: query.isPending,
    isLoading: isFetchingNextPage,
    error: query.error,
    again: () => void query.refetch(),
  };
};
