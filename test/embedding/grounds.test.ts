import { beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGrounds, type Grounds } from '../../src/embedding/grounds.ts';
import { openStaticModel } from '../../src/embedding/static-model.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const CONVERSATIONS = join(import.meta.dir, '../quality/conversations');

let grounds: Grounds;
beforeAll(async () => {
  grounds = createGrounds(await openStaticModel());
});

interface Conversations {
  readonly conversations: readonly {
    readonly sessions: readonly { readonly turns: readonly { readonly text: string }[] }[];
    readonly questions: readonly { readonly question: string }[];
  }[];
}

/** The share of a file's turns and questions that are taken for foreign. */
const foreignOf = (name: string): number => {
  const { conversations } = JSON.parse(readFileSync(join(CONVERSATIONS, `${name}.json`), 'utf8')) as Conversations;
  const texts = conversations.flatMap(({ sessions, questions }) => [
    ...sessions.flatMap(({ turns }) => turns.map(({ text }) => text)),
    ...questions.map(({ question }) => question),
  ]);
  return texts.filter((text) => grounds.isForeign(text)).length / texts.length;
};

describe('of whole conversations', () => {
  test('less than one English message in a hundred is foreign, code, lists and notes among them', () => {
    const shares = ['friends', 'assistant', 'meetings', 'updates', 'projects', 'notes'].map(foreignOf);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.01);
    expect(Math.max(...shares)).toBeLessThan(0.02);
  });

  for (const language of ['german', 'french', 'spanish']) {
    test(`nine messages in ten in ${language} are foreign`, () => {
      expect(foreignOf(language)).toBeGreaterThan(0.9);
    });
  }

  for (const language of ['russian', 'arabic', 'chinese', 'japanese', 'korean']) {
    test(`all messages in ${language} are foreign`, () => {
      expect(foreignOf(language)).toBe(1);
    });
  }

  test('none in Hindi is, which the multilingual model has no more than letters of', () => {
    expect(foreignOf('hindi')).toBe(0);
  });
});

test('a text of two scripts is foreign from a third of letters of the other script on', () => {
  expect(grounds.isForeign('The Russian word for dog is собака')).toBe(false);
  expect(grounds.isForeign('как настроить docker compose')).toBe(true);
  expect(grounds.isForeign('我用iPhone 15')).toBe(true);
  expect(grounds.isForeign('She said 好')).toBe(false);
});

test('an English text with names, accents and technical words is not', () => {
  for (const text of [
    'Zoë and François had crème brûlée at Café Größenwahn',
    'Deploy kubernetes to the staging cluster with the new hostname',
    'omg lol brb',
    'My neighbour Herr Schwarzenberger lives in Garmisch-Partenkirchen',
  ]) {
    expect(grounds.isForeign(text)).toBe(false);
  }
});

test('a text in a language without a list of function words is told by how its words break', () => {
  expect(grounds.isForeign('Mój brat gra na skrzypcach w orkiestrze.')).toBe(true);
  expect(grounds.isForeign('Letos jsme se přestěhovali do nového bytu u řeky.')).toBe(true);
});

test('a text that says too little is read as English, and no text throws', () => {
  for (const text of ['', '42', 'ok', '😀', '...']) expect(grounds.isForeign(text)).toBe(false);
  for (const text of HOSTILE_TEXTS) expect(typeof grounds.isForeign(text)).toBe('boolean');
});
