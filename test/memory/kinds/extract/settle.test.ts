import { describe, expect, test } from 'bun:test';
import type { FactDraft } from '../../../../src/contract/fact-drafts.ts';
import type { NominatedFact } from '../../../../src/contract/facts.ts';
import { type Said, settle } from '../../../../src/memory/kinds/extract/settle.ts';
import { rivalTermsOf, termsOfStatement } from '../../../../src/memory/kinds/extract/terms.ts';

const draftOf = (object: string, more: Partial<FactDraft> = {}): FactDraft => ({
  text: `Ada lives in ${object}.`,
  subject: 'Ada',
  predicate: 'lives_in',
  object,
  category: 'home',
  confidence: 0.6,
  validFromMs: null,
  validToMs: null,
  entities: [],
  messageKeys: [1],
  ...more,
});

const said = (object: string, saidAt: number, more: Partial<FactDraft> = {}): Said => {
  const draft = draftOf(object, { messageKeys: [saidAt], ...more });
  return { draft, saidAt, terms: termsOfStatement(draft), rivalTerms: rivalTermsOf(draft) };
};

const known = (id: string, object: string, saidAt: number, more: Partial<NominatedFact> = {}): NominatedFact => {
  const { entities: _entities, messageKeys: _messageKeys, ...statement } = draftOf(object);
  const unchanged = { state: 'active', supersededAt: null, editedAt: null, isOfRange: false, ofRange: [] } as const;
  return { ...statement, id, saidAt, ...unchanged, ...more };
};

/** Each statement is compared with all facts. */
const settled = (statements: readonly Said[], facts: readonly NominatedFact[] = []) => {
  let made = 0;
  const ofStatements = statements.map(() => facts.map((_, i) => i));
  const { mentions, supersessions } = settle(statements, { facts, ofStatements }, () => {
    made += 1;
    return `new ${made}`;
  });
  return {
    facts: mentions.map(({ factId }) => factId),
    over: supersessions.map(({ olderId, newerId }) => `${olderId} by ${newerId}`),
  };
};

describe('statements that are compared with facts', () => {
  test('take the place of what they close', () => {
    expect(settled([said('Linz', 5)], [known('old', 'Graz', 1)])).toEqual({ facts: ['new 1'], over: ['old by new 1'] });
  });

  test('are mentions of what says the same', () => {
    const again = said('Graz', 5, { text: 'Ada lives in Graz now.' });
    expect(settled([again], [known('old', 'Graz', 1)])).toEqual({ facts: ['old'], over: [] });
  });

  test('are facts of their own when what said the same was over by then', () => {
    const facts = [known('first', 'Graz', 1, { state: 'superseded', supersededAt: 3 }), known('second', 'Linz', 3)];
    expect(settled([said('Graz', 5)], facts)).toEqual({ facts: ['new 1'], over: ['second by new 1'] });
  });

  test('are compared with each other in the order in which they were said', () => {
    expect(settled([said('Graz', 1), said('Linz', 2), said('Wels', 3)])).toEqual({
      facts: ['new 1', 'new 2', 'new 3'],
      over: ['new 1 by new 2', 'new 2 by new 3'],
    });
  });

  test('of one message do not close each other', () => {
    expect(settled([said('Graz', 1), said('Linz', 1)]).over).toEqual([]);
  });

  test('that were said before a fact are over by it, whichever is read first', () => {
    expect(settled([said('Graz', 1)], [known('later', 'Linz', 9)])).toEqual({
      facts: ['new 1'],
      over: ['new 1 by later'],
    });
  });

  test('between two others take their place between them', () => {
    const facts = [known('first', 'Graz', 1, { state: 'superseded', supersededAt: 9 }), known('last', 'Wels', 9)];
    const { over } = settled([said('Linz', 5)], facts);
    expect(over.toSorted()).toEqual(['first by new 1', 'new 1 by last']);
  });

  test('leave alone what a person changed since they were said, and close it when they are said later', () => {
    const edited = known('edited', 'Graz', 1, { editedAt: 50 });
    expect(settled([said('Linz', 5)], [edited]).over).toEqual([]);
    expect(settled([said('Linz', 60)], [edited]).over).toEqual(['edited by new 1']);
  });

  test('do not bring back what was retracted, until somebody says so again', () => {
    const retracted = known('gone', 'Graz', 1, { state: 'retracted', editedAt: 50 });
    expect(settled([said('Graz', 5)], [retracted]).facts).toEqual(['gone']);
    expect(settled([said('Graz', 60)], [retracted]).facts).toEqual(['new 1']);
  });

  test('that an earlier try of the same range made stay the facts that they were', () => {
    const before = draftOf('Graz', { messageKeys: [5] });
    const own = known('own', 'Graz', 5, { isOfRange: true, ofRange: [before] });
    expect(settled([said('Graz', 5)], [own])).toEqual({ facts: ['own'], over: [] });
  });

  test('of another wording stay with the fact that a person has changed', () => {
    const before = draftOf('Graz', { messageKeys: [5] });
    const own = known('own', 'Wels', 5, { isOfRange: true, ofRange: [before], editedAt: 50 });
    const moved = said('Graz', 5, { text: 'Ada has moved to the city of Graz.' });
    expect(settled([moved], [own])).toEqual({ facts: ['own'], over: [] });
  });

  test('close what an earlier wording of themselves had closed', () => {
    // `old` was closed by a fact of this range alone, which this try replaces.
    const old = known('old', 'Graz', 1, { state: 'superseded', supersededAt: null });
    expect(settled([said('Linz', 5)], [old]).over).toEqual(['old by new 1']);
  });
});
