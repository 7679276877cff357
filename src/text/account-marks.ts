/**
 * What stands in a text for the names of the user and of the agent of a session. They are put in when the text is read, so a new
 * name changes nothing that is stored. No message has these characters in what is taken from it (`oneLine`).
 */
export const USER_MARK = '\ue000';
export const AGENT_MARK = '\ue001';

const MARK = /[\ue000\ue001]/g;
/** Names of accounts are often ids, which nobody is called by. */
const IS_NAME = /^\p{L}[\p{L}\p{M}'’. -]{0,59}$/u;
/** What ends a sentence, and what may stand behind that. */
const ENDS = new Set('.!?…。！？\n');
const CLOSES = new Set('"\'”’»)');

export interface AccountsOfSession {
  readonly user: string;
  readonly agent: string;
}

/** Whether a sentence begins at a place: at the beginning of the text, or behind the end of another. */
const beginsSentence = (text: string, place: number): boolean => {
  const isBlank = text.charAt(place - 1) === ' ';
  const last = text.charAt(place - (isBlank ? 2 : 1));
  return place === 0 || ENDS.has(CLOSES.has(last) ? text.charAt(place - (isBlank ? 3 : 2)) : last);
};

/** A text with the present names in place of the marks: an account whose name is an id is `the user` or `the assistant`. */
export const withNames = (text: string, { user, agent }: AccountsOfSession): string =>
  text.replaceAll(MARK, (mark, place: number) => {
    const name = mark === USER_MARK ? user : agent;
    if (IS_NAME.test(name)) return name;
    return `${beginsSentence(text, place) ? 'The' : 'the'} ${mark === USER_MARK ? 'user' : 'assistant'}`;
  });

/** A name that may be a mark, as the account has it. */
export const accountName = (name: string, { user, agent }: AccountsOfSession): string => {
  if (name === USER_MARK) return user;
  return name === AGENT_MARK ? agent : name;
};

/** A text as search reads it: without the marks, since nothing that an index holds shows the name of an account. */
export const withoutNames = (text: string): string => text.replaceAll(MARK, '');
