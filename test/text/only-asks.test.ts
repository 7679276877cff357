import { describe, expect, test } from 'bun:test';
import { onlyAsks } from '../../src/text/only-asks.ts';

describe('a turn only asks', () => {
  test.each([
    'What is my dog called?',
    "What's the name of my dog?",
    'Do you know what my dog is called?',
    'Remind me what my dog is called?',
    'So, what is my dog called?',
    'remind me of the name of my dog',
    "tell me my dog's name",
    'what is my dog called',
    'Hi! What is my dog called? Thanks.',
    'Wie heißt mein Hund?',
    "Comment s'appelle mon chien ?",
    '¿Cómo se llama mi perro?',
    'Как зовут мою собаку?',
    '我的狗叫什么名字',
    '私の犬の名前は何ですか',
    '제 강아지 이름이 뭐예요',
    'ما اسم كلبي',
    'मेरे कुत्ते का नाम क्या है',
    'สุนัขของฉันชื่ออะไร',
  ])('when it says %j', (text) => {
    expect(onlyAsks(text)).toBe(true);
  });
});

describe('a turn tells something, or asks nothing,', () => {
  test.each([
    'My dog is called Biscuit.',
    'My rent rose to 900, how do I budget?',
    'I moved to Lisbon. Where can I eat?',
    'What a day! I walked Biscuit for hours.',
    'Mein Hund heißt Biscuit.',
    '我的狗叫饼干。',
    'Was für ein Tag, ich bin müde.',
    'How I miss Lisbon.',
    'When I was six, we had a dog called Rex.',
    'Who dares wins.',
    '',
    '...',
  ])('when it says %j', (text) => {
    expect(onlyAsks(text)).toBe(false);
  });
});
