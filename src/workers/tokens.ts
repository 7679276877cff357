import { setPriority } from 'node:os';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { TokenHandlers } from '../buffer/token-counter.ts';
import { serveWorker } from '../platform/worker-channel.ts';
import { tokenizableParts } from '../text/tokens.ts';

const LOWEST_PRIORITY = 19;

/** A text that spells a control token of the model is a text like any other. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

const countText = (text: string): number =>
  tokenizableParts(text).reduce((sum, part) => sum + countTokens(part, AS_TEXT), 0);

await serveWorker((): TokenHandlers => {
  setPriority(0, LOWEST_PRIORITY);
  return { count: (texts) => texts.map(countText) };
});
