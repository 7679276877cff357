import type { Deletion } from '../../src/contract/identities.ts';
import type { Store } from '../../src/contract/store.ts';
import { changesBy } from '../changes.ts';
import { documentsBy } from '../document-pages.ts';
import { FinishedTasks } from '../finished-tasks.ts';
import type { Readers } from './readers.ts';
import type { RemovalState, RenamingState } from './writing/context.ts';
import type { GroupCommitWriter, WriteQueue } from './writing/writer.ts';

/** The facets of the store: what reads, on the connections of this thread, and what writes, through the one writer. */
export const storeFacets = (
  { foreground, background }: { readonly foreground: Readers; readonly background: Readers },
  writer: GroupCommitWriter,
  /** Told when rows of a deletion are left. */
  onDeletion: () => void,
): Omit<Store, 'engine' | 'kinds' | 'pendingDeletions' | 'sizeBytes' | 'ping' | 'close'> => {
  const { hide } = writer.facet('removals', ['hide']);
  /** Resolves when nothing can be seen of what is deleted; its rows may be there still. */
  const hidden =
    <A extends unknown[]>(begin: (...args: A) => Promise<RemovalState>) =>
    async (...args: A): Promise<Deletion> => {
      let state = await begin(...args);
      // In slices, between which others write.
      while (!state.isHidden) state = await hide(state.key);
      if (state.isPending) onDeletion();
      return { isPending: state.isPending };
    };
  const { goOn } = writer.facet('renamings', ['goOn']);
  const renamed =
    <A extends unknown[]>(begin: (...args: A) => Promise<RenamingState | null>) =>
    async (...args: A): Promise<void> => {
      for (let state = await begin(...args); state && !state.isDone; ) state = await goOn(state.key);
    };
  const { look, documentPage } = foreground.facet('corpus', ['look', 'documentPage']);
  const { vectorPage } = foreground.facet('vectors', ['vectorPage']);
  const { counts } = foreground.facet('outbox', ['counts']);
  const finished = new FinishedTasks();

  const work = (queue?: WriteQueue): Store['work'] => {
    const { file, rewindSome, ...verbs } = writer.facet(
      'work',
      ['take', 'beat', 'rewindSome', 'retry', 'release', 'fail', 'split', 'file'],
      queue,
    );
    return {
      ...background.facet('work', ['due', 'read', 'nominate', 'episodeBefore', 'reportOn']),
      ...verbs,
      rewind: async (owner, now) => {
        let rewound = 0;
        for (let after: number | null = 0; after !== null; ) {
          const { count, last } = await rewindSome(owner, now, after);
          rewound += count;
          after = last;
        }
        return rewound;
      },
      file: async (outcomes) => {
        const filed = await file(outcomes);
        finished.add(outcomes, filed);
        return filed;
      },
    };
  };

  return {
    tenants: { ...foreground.facet('tenants', ['find']), ...writer.facet('tenants', ['ensure']) },
    users: {
      ...foreground.facet('users', ['list', 'get', 'findByName']),
      ...writer.facet('users', ['create']),
      update: renamed(writer.facet('users', ['update']).update),
      delete: hidden(writer.facet('users', ['delete']).delete),
    },
    agents: {
      ...foreground.facet('agents', ['list', 'get', 'findByName']),
      ...writer.facet('agents', ['create']),
      update: renamed(writer.facet('agents', ['update']).update),
      delete: hidden(writer.facet('agents', ['delete']).delete),
    },
    retention: { ...foreground.facet('retention', ['get', 'usersWithDays']), ...writer.facet('retention', ['set']) },
    sessions: {
      ...foreground.facet('sessions', ['list', 'get', 'findByName']),
      ...writer.facet('sessions', ['create', 'update']),
      delete: hidden(writer.facet('sessions', ['delete']).delete),
    },
    messages: {
      ...foreground.facet('messages', ['list', 'read', 'locations', 'location', 'storedBefore']),
      ...writer.facet('messages', ['append', 'appendByName', 'update', 'delete']),
    },
    knowledge: {
      ...foreground.facet('knowledge', ['list', 'read']),
      ...writer.facet('knowledge', ['add', 'update', 'delete']),
    },
    facts: {
      ...foreground.facet('facts', ['list', 'read', 'ofMessages', 'find', 'history', 'entities']),
      ...writer.facet('facts', ['update', 'delete', 'undo']),
    },
    copies: {
      ...foreground.facet('copies', ['facts', 'episodes', 'forgotten', 'pending']),
      ...writer.facet('copies', ['add']),
    },
    apiKeys: {
      ...foreground.facet('apiKeys', ['findByHash', 'get', 'list']),
      ...writer.facet('apiKeys', ['create', 'delete']),
    },
    corpus: {
      ...foreground.facet('corpus', [
        'generation',
        'resolve',
        'segments',
        'readSegment',
        'sessionsOfAgent',
        'accountNames',
        'metadataOf',
        'replaced',
        'related',
        'fetch',
      ]),
      documents: documentsBy(documentPage),
      changes: changesBy(look, documentPage, vectorPage),
      ...writer.facet('corpus', ['saveSegment']),
    },
    outbox: {
      ...foreground.facet('outbox', ['list', 'get', 'outstanding']),
      ...writer.facet('outbox', ['redrive', 'redriveAll']),
      ...writer.facet('outbox', ['derive'], 'background'),
      counts: async (scope) => ({ ...(await counts(scope)), done: finished.countOf(scope) }),
    },
    work: work(),
    chunks: foreground.facet('chunks', ['ofSession', 'ofRound', 'count']),
    episodes: foreground.facet('episodes', ['list', 'read']),
    vectors: {
      ...background.facet('vectors', ['models', 'countWithout', 'messagesWithout', 'chunksWithout', 'episodesWithout']),
      ...writer.facet('vectors', ['fileMessages', 'fileChunks', 'fileEpisodes', 'forgetMessages']),
    },
    awaited: () => ({ work: work('request') }),
  };
};
