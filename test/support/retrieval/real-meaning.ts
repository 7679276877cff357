import { findMultilingualModel } from '../../../src/embedding/multilingual-model.ts';
import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { createMeaning, type Meaning } from '../../../src/retrieval/index/meaning.ts';

const english = await openStaticModel();
const foreign = await findMultilingualModel();

/** The static models that ship with the project, with memory for vectors of its own. */
export const realMeaning = (): Meaning => createMeaning(english, foreign);
