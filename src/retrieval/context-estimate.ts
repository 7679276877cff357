import { mostTokens } from '../text/tokens.ts';
import { buildContext, type ContextBlock, type ContextRequest } from './context-block.ts';
import type { Preference } from './preferences.ts';
import type { Found } from './search.ts';

/** Estimates and counts do not mix: a block would be planned by the one and written by the other. */
const uncounted = ({ tokenCount: _tokenCount, ...item }: Found): Found => item;

/** A block for when there is no time to count: its tokens are estimated from above, so that it holds less than fits. */
export const estimateContext = (
  found: readonly Found[],
  request: ContextRequest,
  preferences: readonly Preference[] = [],
): Promise<ContextBlock> =>
  buildContext(found.map(uncounted), request, async (texts) => texts.map(mostTokens), preferences);
