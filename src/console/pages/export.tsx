import { useQuery } from '@tanstack/react-query';
import { ExportCard } from '../parts/export-card.tsx';
import { useServer } from '../server.ts';

/** Everything of a user, as a file. */
export const ExportTab = ({ userId }: { userId: string }) => {
  const { api } = useServer();
  // Who shows this page has asked for the name already.
  const user = useQuery({ queryKey: ['user', userId], queryFn: ({ signal }) => api.users.get(userId, { signal }) });
  const name = user.data?.name ?? 'user';
  // A name may hold what no file may be called.
  const file = `${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.jsonl`;
  return (
    <ExportCard
      userId={userId}
      file={file}
      button="Export this user"
      what={`Everything of ${name} as JSON Lines: agents, conversations, messages and knowledge. Facts and episodes are read out of the messages again where it is imported.`}
    />
  );
};
