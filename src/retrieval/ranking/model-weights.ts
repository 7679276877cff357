import type { Weights } from './ranking.ts';
import { WEIGHTS } from './weights.ts';

/** What each step counts when an embedding model is configured. Fitted with the vectors of all-MiniLM-L6-v2; see README.md. */
export const MODEL_WEIGHTS: Weights = { ...WEIGHTS, model: 1.99, model_around: 1.2 };
