import type { Embedder } from './embedder.ts';
import { openStaticModel, type StaticModel } from './static-model.ts';
import { unit } from './unit.ts';

/** The static model as an embedder: it works on the calling thread, some microseconds a turn. */
export const createStaticEmbedder = (model: StaticModel): Embedder => ({
  model,
  embed: async (texts) => texts.map((text) => unit(model.sumOfText(text))),
  close: async () => {},
});

/** Errors: `internal` when the model's file is missing, cut short or damaged. */
export const openStaticEmbedder = async (): Promise<Embedder> => createStaticEmbedder(await openStaticModel());
