import { transcriptTurns } from '../transcript.ts';
import { withoutQuotations } from './quotations.ts';

/** Characters of a message that are read; a longer one is a document, which its beginning tells of. */
const MOST_CHARACTERS = 4_000;

const FENCE = /^(?:```|~~~)/;
/** Quotations, tables, headings, tags, prompts of a shell, numbered lines and headings of a context block of this server. */
const APART = /^(?:>|\||#|<|\$ |\[\d{1,4}\] |\d{4}-\d\d-\d\d(?:, .{0,300})?:$|Known:$|Nothing is known about this\.$)/;
/** From here on somebody else's mail follows. */
const MAIL =
  /^(?:from|to|cc|subject|sent|von|an|betreff|gesendet): ?\S|^-{2,} ?(?:original message|forwarded message)|^on .{4,80} wrote:$/i;
/** A line of a program or a log. */
const CODE =
  /^(?:\d{4}-\d\d-\d\d[t ]\d\d:\d\d|\[?(?:info|warn|warning|error|debug|trace|fatal)\b[\]: ]|at \S+\(|traceback|import \S|from \S+ import|def \w|class \w+[ :({]|function\b.*\(|(?:const|let|var|public|private|static|return) .*[=;({]|select .* from\b|insert into\b|(?:if|for|while) \(|[\w.]+\(.*\);?$)|[{};]$/i;
/** Asks for something to be done to a text that follows. */
const HANDS_OVER =
  /\b(?:proof-?read|translate|rewrite|rephrase|paraphrase|summari[sz]e|edit|correct|fix|improve|polish|shorten|simplify|reply to|respond to|answer this|analy[sz]e|review|check|format|convert|explain|here(?: i|')s (?:the|my|an?|what)|this is (?:the|an?) (?:text|e-?mail|message|draft|letter|essay|article|poem|story|code|log|error))\b/i;
const MOST_SIGNS_SHARE = 0.2;

/** Signs that sentences have few of. */
const SIGNS = /[^\p{L}\p{M}\p{N}\s.,!?'’"“”():;%$€£-]/gu;

const isData = (line: string): boolean =>
  CODE.test(line) || (line.match(SIGNS)?.length ?? 0) > Math.max(2, line.length * MOST_SIGNS_SHARE);

const LONG_WORD = /\S{41,}/g;
const BULLET = /^(?:[-*•]|\d{1,2}[.)]) +/;
const EMPHASIS = /\*{1,3}|__|`/g;

/**
 * The lines of a message in which its writer speaks, without what is pasted into it: code, logs, tables, mail, quotations, texts to
 * be translated or corrected, memory that this server handed out. Nothing of a transcript.
 */
export const proseOf = (message: string): string[] => {
  const text = message.slice(0, MOST_CHARACTERS);
  if (transcriptTurns(text) !== null) return [];
  const lines: string[] = [];
  let isFenced = false;
  for (const raw of text.split(/\r?\n/)) {
    const trimmed = raw.trim();
    if (FENCE.test(trimmed)) {
      isFenced = !isFenced;
      continue;
    }
    if (MAIL.test(trimmed)) break;
    const isApart = isFenced || raw.startsWith('    ') || APART.test(trimmed);
    const line = trimmed.replace(BULLET, '').replaceAll(EMPHASIS, '');
    if (isApart || line === '' || isData(line)) continue;
    const colon = line.indexOf(':');
    const handsOver = colon >= 0 && HANDS_OVER.test(line.slice(0, colon));
    lines.push(withoutQuotations(handsOver ? line.slice(0, colon) : line).replaceAll(LONG_WORD, ' '));
    if (handsOver) break;
  }
  return lines;
};
