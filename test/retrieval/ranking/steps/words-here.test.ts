import { describe, expect, test } from 'bun:test';
import { lookedUp } from '../../../../src/retrieval/ranking/steps/words-here.ts';
import { findings, foundBy } from '../../../support/retrieval/asking.ts';
import { message } from '../../../support/retrieval/documents.ts';
import { indexOf } from '../../../support/retrieval/histories.ts';

describe('words that are looked up', () => {
  const texts = ['🐢 is what I call my slow laptop.', 'The roof costs 12,900 francs.', 'I paid 300 francs.', 'No.'];
  const index = indexOf(
    texts.map((text, i) => message(i + 1, text)),
    null,
  );

  test('are found in what holds them, not in what stands beside it', () => {
    expect(foundBy(lookedUp, index, '🐢')).toEqual(['message:1']);
    expect(foundBy(lookedUp, index, '12900')).toEqual(['message:2']);
  });

  test('count whole where all of them are, less where some are', () => {
    const found = findings(lookedUp, index, '12900 francs');
    expect(found.get('message:2')).toBeCloseTo(1, 5);
    expect(found.get('message:3')).toBeLessThan(0.5);
    expect(found.get('message:4')).toBe(0);
  });

  test('are not asked for by a sentence', () => {
    expect(foundBy(lookedUp, index, 'How much does the roof cost?')).toEqual([]);
  });
});
