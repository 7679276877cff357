import type { FactPatch, FactRecord } from '../../../contract/facts.ts';
import { termsOfStatement } from './terms.ts';

const ENDS = new Set([...'.!? \n']);

const withoutEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && ENDS.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};

/**
 * What an edit of a fact's text changes with it: what the fact is about, as far as the new text begins as the old one did, and what it
 * is nominated by.
 */
export const editedText = (
  {
    text: before,
    subject,
    predicate,
    object: oldObject,
  }: Pick<FactRecord, 'text' | 'subject' | 'predicate' | 'object'>,
  text: string,
): Required<Pick<FactPatch, 'text' | 'object' | 'terms'>> => {
  const at = oldObject === '' ? -1 : before.indexOf(oldObject);
  const start = at < 0 ? before : before.slice(0, at);
  const rest = text.startsWith(start) ? withoutEnd(text.slice(start.length)) : '';
  const object = text.includes(oldObject) && oldObject !== '' ? oldObject : rest;
  return { text, object, terms: termsOfStatement({ text, subject, predicate, object }) };
};
