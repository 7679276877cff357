import type { FactRecord } from '../contract/facts.ts';
import type { KnowledgeRecord, MessageRecord, Scope } from '../contract/records.ts';
import type { Store } from '../contract/store.ts';
import type { Found } from '../retrieval/search.ts';
import { termsIn } from '../text/terms.ts';

/** Results that are looked through for what says something. */
export const MOST_LOOKED_THROUGH = 1_000;
/** Facts whose echoes are looked for, the first. */
const MOST_ECHOED = 20;
/** Of many words of what is meant so many have to be there, of a few all of them. */
const SHARE_OF_WORDS = 2 / 3;
const FEW_WORDS = 2;
/** An echo has so many of the words of a fact: "Noted, no olives" has not its subject. */
const SHARE_OF_FACT = 0.6;

/** Turns behind a statement in which an answer may echo it in other words, by what it is about. */
const TURNS_BEHIND = 2;

/** Of all texts in the same way: a short one does not tell its language, and a fact says "lives" where a person says "live". */
const wordsOf = (text: string): string[] => termsIn(text, 'en');

/** What asks to forget is no word of what is to be forgotten. */
const ASKING = new Set(
  wordsOf('please forget delete remove erase everything anything something ever said told mention'),
);

type SaidMessage = Pick<MessageRecord, 'id' | 'sessionId' | 'role' | 'content' | 'createdAt'>;

/** Everything that says something. */
export interface SaidAgain {
  readonly messages: readonly SaidMessage[];
  readonly knowledge: readonly Pick<KnowledgeRecord, 'id' | 'content' | 'createdAt'>[];
  readonly facts: readonly FactRecord[];
}

/** What is meant: in words, or by ids of facts, messages and knowledge. */
export type Meant = { readonly query: string } | { readonly ids: readonly string[] };

export interface SaidAgainContext {
  readonly store: Pick<Store, 'facts' | 'knowledge' | 'messages' | 'sessions'>;
  readonly scope: Scope;
  readonly userId: string;
  /** The results for a text of all kinds, at most `MOST_LOOKED_THROUGH`. */
  readonly search: (text: string) => Promise<readonly Found[]>;
}

/** The words of a text that tell what is meant, without repeats. */
export const meantBy = (text: string): string[] => [...new Set(wordsOf(text))].filter((term) => !ASKING.has(term));

const shareOf = (words: readonly string[], content: string): number => {
  if (words.length === 0) return 0;
  const terms = new Set(wordsOf(content));
  return words.filter((word) => terms.has(word)).length / words.length;
};

/**
 * Finds what has been said again and again: statements, the answers that echo them, the facts that were made of both, and the
 * knowledge that says the same. Whoever forgets one of them alone is told by the others again.
 */
export const findSaidAgain = async (
  { store, scope, userId, search }: SaidAgainContext,
  meant: Meant,
): Promise<SaidAgain> => {
  const messages = new Map<string, SaidMessage>();
  const knowledge = new Map<string, SaidAgain['knowledge'][number]>();
  const facts = new Map<string, FactRecord>();

  const addFacts = (found: readonly FactRecord[]): void => {
    for (const fact of found) if (fact.userId === userId) facts.set(fact.id, fact);
  };
  const addMessages = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) {
      if (messages.has(id)) continue;
      const place = await store.messages.location(scope, id);
      const session = place && (await store.sessions.get(scope, place.sessionId));
      if (session?.userId !== userId) continue;
      for (const message of await store.messages.read(scope, session.id, [id])) messages.set(id, message);
    }
  };
  const addFound = async ({ kind, id, content, createdAt, session, role }: Found): Promise<void> => {
    if (kind === 'fact') addFacts(await store.facts.read(scope, [id]));
    else if (kind === 'knowledge') knowledge.set(id, { id, content, createdAt });
    else if (session) messages.set(id, { id, content, createdAt, sessionId: session.id, role: role ?? 'user' });
  };
  /** Where the messages that say a fact stand. */
  const placesOf = async ({ messageIds }: FactRecord) => {
    const places = await Promise.all(messageIds.map((id) => store.messages.location(scope, id)));
    return places.flatMap((place) => place ?? []);
  };
  const addEchoes = async (fact: FactRecord): Promise<void> => {
    const ofSubject = new Set(wordsOf(fact.subject));
    const [words, about] = [meantBy(fact.text), meantBy(fact.object)].map((all) =>
      all.filter((word) => !ofSubject.has(word)),
    ) as [string[], string[]];
    const places = await placesOf(fact);
    for (const found of await search(fact.text)) {
      const { session, sequence, content } = found;
      const isBehind = places.some(
        (place) =>
          place.sessionId === session?.id &&
          sequence !== null &&
          sequence > place.sequence &&
          sequence <= place.sequence + TURNS_BEHIND,
      );
      if (shareOf(words, content) >= SHARE_OF_FACT || (isBehind && shareOf(about, content) === 1))
        await addFound(found);
    }
  };
  const addFactsOfMessages = async (): Promise<void> => {
    addFacts(await store.facts.ofMessages(scope, userId, [...messages.keys()]));
  };

  if ('query' in meant) {
    const words = meantBy(meant.query);
    const least = words.length <= FEW_WORDS ? 1 : SHARE_OF_WORDS;
    for (const found of await search(meant.query)) if (shareOf(words, found.content) >= least) await addFound(found);
  } else {
    addFacts(await store.facts.read(scope, meant.ids));
    for (const one of await store.knowledge.read(scope, userId, meant.ids)) knowledge.set(one.id, one);
    await addMessages(meant.ids);
  }
  await addFactsOfMessages();
  for (const fact of [...facts.values()].slice(0, MOST_ECHOED)) await addEchoes(fact);
  await addFactsOfMessages();
  for (const { messageIds } of facts.values()) await addMessages(messageIds);
  return { messages: [...messages.values()], knowledge: [...knowledge.values()], facts: [...facts.values()] };
};
