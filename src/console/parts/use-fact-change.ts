import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Lists and pages that show facts, by the first word of their key. */
const SHOW_FACTS: ReadonlySet<unknown> = new Set(['facts', 'profile', 'history', 'search', 'messages', 'message']);

/** Changes what is known of a user, and has everything that shows it asked for anew. */
export const useFactChange = <Given = void>(
  userId: string,
  change: (given: Given) => Promise<unknown>,
  done?: () => void,
) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      done?.();
      await queries.invalidateQueries({
        predicate: ({ queryKey: [what, owner] }) =>
          SHOW_FACTS.has(what) && (owner === userId || what === 'history' || what === 'messages' || what === 'message'),
      });
    },
  });
};
