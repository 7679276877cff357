import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { tokenizableParts } from '../text/tokens.ts';

/** A text that spells a control token of the model is a text like any other. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** Tokens of a text (o200k), exactly. Importing this file loads the vocabulary. */
export const countText = (text: string): number =>
  tokenizableParts(text).reduce((sum, part) => sum + countTokens(part, AS_TEXT), 0);
