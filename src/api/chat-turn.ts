/**
 * Turns in the shapes in which chat APIs give them: content as a list of parts, calls of tools beside it or in it, results of
 * tools. What was said becomes text; everything else is kept as it was sent.
 */

type Fields = Readonly<Record<string, unknown>>;

/** What a turn of any shape comes to. */
export interface ReadTurn {
  readonly content: string;
  /** What else it is found by: calls, results and files beside its text. */
  readonly foundBy: string | null;
  /** Everything that is neither its text nor a field of its own, as it was sent; null for a turn of text alone. */
  readonly source: Fields | null;
  /** Whether it holds tool results and nothing else, under any role. */
  readonly isResult: boolean;
}

const MAX_FILE_NAME = 200;
const TEXT_PARTS = new Set(['text', 'inputtext', 'outputtext']);

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const inJson = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** `tool_use`, `tool-use` and `toolUse` are the same kind. */
const plain = (kind: string): string => kind.replaceAll(/[_-]/g, '').toLowerCase();

interface Part {
  /** As it was named. */
  readonly name: string;
  readonly kind: string;
  readonly body: Fields;
}

/** A part names its kind in `type`, or by the one key that it has. */
const partOf = (part: Fields): Part => {
  const { type } = part;
  if (typeof type === 'string') return { name: type, kind: plain(type), body: part };
  const [key, body] = Object.entries(part).find(([, value]) => isFields(value)) ?? ['part', part];
  return { name: key, kind: plain(key), body: body as Fields };
};

/**
 * The text of a part that is text; null for one of another kind, undefined for one that says it is text and has none. One
 * API hands it out with what it cites: `{text: {value, annotations}}`.
 */
export const textOfPart = (part: Fields): string | null | undefined => {
  const { type, text, refusal } = part;
  const kind = typeof type === 'string' ? plain(type) : null;
  if (kind === 'refusal') return typeof refusal === 'string' ? refusal : undefined;
  if (kind !== null && !TEXT_PARTS.has(kind)) return null;
  const value = isFields(text) ? text['value'] : text;
  if (typeof value === 'string') return value;
  return kind === null ? null : undefined;
};

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);

/** What a part of text holds beside it, such as what it cites; null for nothing. */
const besideText = ({ type, refusal, text, ...rest }: Fields): Fields | null => {
  const beside = isFields(text)
    ? { text: Object.fromEntries(Object.entries(text).filter(([key]) => key !== 'value')) }
    : {};
  const kept = Object.entries({ ...rest, ...beside }).filter(([, value]) =>
    isFields(value) ? !Object.values(value).every(isEmpty) : !isEmpty(value),
  );
  return kept.length === 0 ? null : { ...(type !== undefined && { type }), ...Object.fromEntries(kept) };
};

/** `tides({"port":"Brest"})` */
const textOfCall = (call: unknown): string => {
  if (!isFields(call)) return inJson(call);
  const { function: called, custom } = call;
  const inner = isFields(called) ? called : isFields(custom) ? custom : call;
  const name = textIn(inner['name']) ?? textIn(inner['toolName']) ?? textIn(inner['type']) ?? 'call';
  return `${name}(${inJson(inner['arguments'] ?? inner['input'] ?? inner['args'])})`;
};

const textOfResult = (value: unknown): string => {
  if (!Array.isArray(value)) return isFields(value) && 'value' in value ? inJson(value['value']) : inJson(value);
  const texts = value.map((item) => (isFields(item) ? (textOfPart(item) ?? inJson(item['json'])) : inJson(item)));
  return texts.filter((text) => text !== '').join('\n');
};

/** Some come with the kind of tool before it, such as `server_tool_use`. */
const isCall = ({ kind }: Part): boolean => ['tooluse', 'toolcall', 'functioncall'].some((end) => kind.endsWith(end));
const isResult = ({ kind }: Part): boolean => ['toolresult', 'functioncalloutput'].some((end) => kind.endsWith(end));

const fileNameOf = ({ body }: Part): string | null => {
  const { file, filename, title } = body;
  const name = textIn(filename) ?? (isFields(file) ? textIn(file['filename']) : null) ?? textIn(title);
  return name?.replaceAll(/\s+/g, ' ').slice(0, MAX_FILE_NAME) ?? null;
};

const transcriptOf = ({ body }: { readonly body: Fields }): string | null =>
  textIn(body['transcript']) ?? (isFields(body['audio']) ? textIn(body['audio']['transcript']) : null);

/** What stands for a part that is not text; empty for one that nobody would look for. */
const wordsFor = (part: Part): string => {
  if (isCall(part)) return textOfCall(part.body);
  if (isResult(part)) return textOfResult(part.body['content'] ?? part.body['output'] ?? part.body['result']);
  const file = fileNameOf(part);
  return transcriptOf(part) ?? (file === null ? '' : `[${part.kind}: ${file}]`);
};

/** What a list shows of a part that has no words. */
const placeFor = ({ name }: Part): string => `[${/^[\w.:-]{1,40}$/.test(name) ? name : 'part'}]`;

/** What of a turn stands beside its content. */
export interface BesideContent {
  readonly tool_calls?: readonly unknown[] | null | undefined;
  readonly tool_call_id?: string | null | undefined;
  readonly function_call?: Fields | null | undefined;
  readonly refusal?: string | null | undefined;
  readonly audio?: Fields | null | undefined;
}

/**
 * Reads a turn whose parts are strings and objects. Text parts are joined by line breaks. A turn without a text of its own
 * goes by its calls and results, or by the kinds of its parts, and `source.content` is null then. Null when there is nothing
 * in it at all.
 */
export const readTurn = (content: unknown, beside: BesideContent): ReadTurn | null => {
  const texts: string[] = [];
  const found: string[] = [];
  const parts: unknown[] = [];
  const others: Part[] = [];
  for (const item of Array.isArray(content) ? content : [content]) {
    const text = isFields(item) ? textOfPart(item) : item;
    if (typeof text === 'string') texts.push(text);
    if (!isFields(item)) continue;
    const kept = typeof text === 'string' ? besideText(item) : item;
    if (kept) parts.push(kept);
    if (typeof text === 'string') continue;
    const part = partOf(item);
    others.push(part);
    found.push(wordsFor(part));
  }
  const { tool_calls: calls, tool_call_id, function_call, refusal, audio } = beside;
  for (const call of calls ?? []) found.push(textOfCall(call));
  if (function_call) found.push(textOfCall(function_call));
  if (refusal) found.push(refusal);
  if (audio) found.push(transcriptOf({ body: audio }) ?? '');
  const own = texts.filter((text) => text !== '').join('\n');
  const words = found.filter((text) => text !== '').join('\n');
  const instead = words !== '' ? words : [...others.map(placeFor), ...(audio ? ['[audio]'] : [])].join(' ');
  if (own === '' && instead === '') return null;
  const source = {
    ...(own === '' && { content: null }),
    ...(parts.length > 0 && { parts }),
    ...(calls && calls.length > 0 && { tool_calls: calls }),
    ...(tool_call_id && { tool_call_id }),
    ...(function_call && { function_call }),
    ...(refusal && { refusal }),
    ...(audio && { audio }),
  };
  return {
    content: own === '' ? instead : own,
    foundBy: own === '' || words === '' ? null : words,
    source: Object.keys(source).length === 0 ? null : source,
    isResult: own === '' && others.length > 0 && others.every(isResult),
  };
};
