import { describe, expect, test } from 'bun:test';
import { tellsChange } from '../../src/text/change.ts';

describe('a statement tells of a change', () => {
  test.each([
    'I just stopped smoking.',
    'I take it all back, the pump is fine.',
    'Scrap that, we meet on Tuesday.',
    'Ich nehm alles zurück.',
    'Das nehme ich nicht hin, aber ich habe gekündigt.',
    'Der Termin wurde verlegt.',
    'Wir heizen mittlerweile mit Holz.',
  ])('%s', (text) => {
    expect(tellsChange(text)).toBe(true);
  });

  test.each([
    'I like tea.',
    'We take the bus back.',
    'Ich nehme den Bus zurück nach Hause.',
    'Die Verlegung war teuer.',
  ])('but not: %s', (text) => {
    expect(tellsChange(text)).toBe(false);
  });
});
