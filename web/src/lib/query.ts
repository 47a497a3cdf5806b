import { QueryClient, useInfiniteQuery, type UseInfiniteQueryResult, type InfiniteData } from "@tanstack/react-query";
import type { Page } from "@/api/types";
import { api, type GetPath, type Query } from "./http";
import { Problem } from "./problem";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status < 500),
    },
  },
});

/** A list that is read page by page with the server's cursor. */
export function usePages<T>(
  path: GetPath,
  query: Query,
  options: { enabled?: boolean; refetchInterval?: number } = {},
): UseInfiniteQueryResult<InfiniteData<Page<T>>> & { items: T[] } {
  const result = useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (previous) => previous,
    ...options,
  });
  return Object.assign(result, { items: result.data?.pages.flatMap((page) => page.items) ?? [] });
}
