import type { WorkMessage } from '../../../contract/work.ts';
import { AGENT_MARK, USER_MARK } from '../../../text/account-marks.ts';
import { oneLine } from '../../../text/one-line.ts';

/**
 * Who said a message: its own name, or what stands for the name of the account; null for what nobody said, such as the result of
 * a tool.
 */
export const speakerOf = ({ role, name }: Pick<WorkMessage, 'role' | 'name'>): string | null => {
  const own = oneLine(name ?? '');
  if (own !== '') return own;
  if (role === 'user') return USER_MARK;
  return role === 'assistant' ? AGENT_MARK : null;
};
