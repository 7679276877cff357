import { describe, expect, test } from 'bun:test';
import { wholeAsked } from '../../src/text/whole-conversation.ts';

describe('a question about the conversation as a whole', () => {
  test.each([
    ['What do you know about me?', 'all'],
    ['Please summarise our conversation so far.', 'all'],
    ['Résume notre conversation', 'all'],
    ['What was the last thing I told you?', 'last'],
    ['О чём мы говорили в последний раз?', 'last'],
    ['我刚才说了什么？', 'last'],
    ['How did we start?', 'first'],
    ['Worüber haben wir zuerst gesprochen?', 'first'],
    ['What did we discuss in March?', 'span'],
    ['De quoi avons-nous parlé hier ?', 'span'],
    ['我们昨天聊了什么？', 'span'],
  ])('is %s: %s', (question, asked) => {
    expect(wholeAsked(question)?.asked).toBe(asked as 'all');
  });

  test.each([
    'What do you know about my dog?',
    'What did I say about tea last week?',
    'What did we talk about on our trip?',
    'Summarise the meeting about the budget',
    'Who did I last talk to about the roof?',
    'What was the first book that I read?',
    'When did I last say that I was tired?',
    'Was weißt du über meinen Hund?',
    '我最后买了什么？',
    '',
  ])('is not one with a topic: %s', (question) => {
    expect(wholeAsked(question)).toBeNull();
  });
});
