import { openStaticModel } from '../../../src/embedding/static-model.ts';
import { createMeaning, type Meaning } from '../../../src/retrieval/index/meaning.ts';

const model = await openStaticModel();

/** The static model that ships with the project, with memory for vectors of its own. */
export const realMeaning = (): Meaning => createMeaning(model);
