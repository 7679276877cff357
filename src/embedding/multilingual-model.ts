import { isExhaustion } from '../platform/descriptor-table.ts';
import { SentencePieces } from './sentence-pieces.ts';
import {
  describeShipped,
  openShipped,
  openShippedAt,
  pathOf,
  type ShippedModel,
  type StaticModel,
  vocabularyOf,
} from './static-model.ts';

const MULTILINGUAL: ShippedModel = {
  recipe: 'SentencePiece unigram, compatibility form, lower case, unknown characters passed over; sum of the rows',
  path: pathOf(import('../../models/static-multilingual-256.safetensors', { with: { type: 'file' } })),
  tokeniser: (file) => {
    const pieces = vocabularyOf(file);
    const scores = file.tensor('piece_scores', 'F32', file.shape('piece_scores'));
    return new SentencePieces({ pieces, scores, readAs: file.tensor('read_as', 'U16', file.shape('read_as')) });
  },
  missing:
    'The static embedding model models/static-multilingual-256.safetensors is missing, cut short or damaged. Restore it from the repository or make it with `bun run distill:multilingual`; until then texts in other languages than English are searched by words alone.',
};

/**
 * Loads the model for other languages than English. Nothing of its file is read before.
 *
 * @param file another file, for tests and tools.
 * Errors: `internal` with a sentence when the file is missing, cut short or damaged; `EMFILE` while there are no
 * descriptors.
 */
export const openMultilingualModel = (file?: string): Promise<StaticModel> => openShipped(MULTILINGUAL, file);

/** The model for other languages, which is opened when the first text in one is read: most memories never need it. */
export interface LazyModel {
  readonly fingerprint: string;
  readonly open: () => StaticModel;
}

/** Null when its file is missing or damaged, of which the server tells at its start. Errors: `EMFILE`. */
export const findMultilingualModel = async (): Promise<LazyModel | null> => {
  try {
    const { fingerprint } = await describeShipped(MULTILINGUAL);
    const path = await MULTILINGUAL.path;
    let model: StaticModel | null = null;
    const open = (): StaticModel => {
      model ??= openShippedAt(MULTILINGUAL, path);
      return model;
    };
    return { fingerprint, open };
  } catch (error) {
    if (isExhaustion(error)) throw error;
    return null;
  }
};
