import type { FactDraft } from '../../../../src/contract/fact-drafts.ts';
import { extractFacts, openReader } from '../../../../src/memory/kinds/extract/extract.ts';
import type { ExtractTurn, Reader } from '../../../../src/memory/kinds/extract/turns.ts';

/** A day on which most of what the tests say is said: a Monday. */
export const MONDAY = Date.parse('2026-06-15T10:00:00Z');

let opened: Promise<Reader> | null = null;
/** One for all tests of a process: it takes a tenth of a second to load. */
export const reader = (): Promise<Reader> => {
  opened ??= openReader();
  return opened;
};

const LABEL = /^([A-Z][a-z]+|assistant|system|tool)(\*?): /;

/**
 * Turns as they are told in a test: `Bob*: hi` is a message with the name Bob, `assistant: hi` one of that role, and any other the
 * user Alice's. The last one is read, or all of them, and those before it are context.
 */
export const turnsOf = (lines: readonly string[], atMs = MONDAY, isAllRead = false): ExtractTurn[] =>
  lines.map((line, i) => {
    const [label = '', name = '', star = ''] = LABEL.exec(line) ?? [];
    const isRole = ['assistant', 'system', 'tool'].includes(name);
    return {
      key: i + 1,
      role: isRole ? name : star !== '' && name !== 'Alice' ? 'assistant' : 'user',
      isNamed: star !== '',
      speaker: name === '' ? 'Alice' : name,
      content: line.slice(label.length),
      createdAtMs: atMs,
      isContext: !isAllRead && i < lines.length - 1,
    };
  });

/** The facts of what Alice says last, behind what was said before it. */
export const factsOf = async (...lines: string[]): Promise<FactDraft[]> => extractFacts(turnsOf(lines), await reader());

export const textsOf = async (...lines: string[]): Promise<string[]> =>
  (await factsOf(...lines)).map(({ text }) => text);
