import { episodes } from '../../api/episodes.ts';
import { formatInstant } from '../../api/scalars.ts';
import type { EpisodeRecord } from '../../contract/episodes.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import { linkTo, pageAsked } from '../lists.ts';
import type { Router } from '../route.ts';

const present = (episode: EpisodeRecord) => ({
  id: episode.id,
  user_id: episode.userId,
  session_id: episode.sessionId,
  title: episode.title,
  summary: episode.summary,
  participants: [...episode.participants],
  key_phrases: [...episode.keyPhrases],
  started_at: formatInstant(episode.startedAt),
  ended_at: formatInstant(episode.endedAt),
  message_ids: [...episode.messageIds],
  open: episode.isOpen,
  created_at: formatInstant(episode.createdAt),
  updated_at: formatInstant(episode.updatedAt),
});

export const registerEpisodes = (route: Router, { services: { store } }: HttpDependencies): void => {
  route(episodes.list, async ({ caller: { scope }, param, query, url }) => {
    const { session_id: sessionId } = query;
    const { rows, next } = await store.episodes.list(scope, param('user_id'), { sessionId }, pageAsked(query));
    const data = { episodes: rows.map(present), next_cursor: next };
    return ok('Episodes retrieved successfully', data, linkTo(url, next));
  });
};
