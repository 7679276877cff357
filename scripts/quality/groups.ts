/** Kinds of which one tells what another is like: the same chats in two languages, or small sets of several languages. */
const GROUPS: Readonly<Record<string, string>> = {
  memorybank_en: 'companion',
  memorybank_zh: 'companion',
  arabic: 'languages',
  chinese: 'languages',
  crossed: 'languages',
  french: 'languages',
  german: 'languages',
  hindi: 'languages',
  japanese: 'languages',
  korean: 'languages',
  russian: 'languages',
  spanish: 'languages',
  mixed: 'languages',
};

/** What a kind of memory is weighed with, and left out of fitting with. */
export const groupOf = (kind: string): string => GROUPS[kind] ?? kind;
