import { describe, expect, test } from 'bun:test';
import { answersNothing } from '../../src/text/non-answer.ts';

describe('a turn answers nothing', () => {
  test.each([
    "I don't know what your dog is called.",
    "I'm sorry, I have no information about the name of your dog.",
    'You have not told me what your dog is called yet.',
    "I don't have a record of your dog's name.",
    "I can't tell what your dog is called.",
    "Hmm, I'm not sure. Could you remind me?",
    "I don't have any information about that in our previous conversations.",
    "Unfortunately, I couldn't find anything about your dog's name in my notes.",
    "You haven't mentioned your dog's name before. If you tell me, I'll remember it!",
    "I don't recall you mentioning that.",
    'There is no mention of your dog in our conversations.',
    'Sorry, that has not come up yet.',
    "As an AI, I don't have access to that information.",
    "I'm not aware of your dog's name.",
    'I have no idea what your dog is called.',
    "Your dog's name was never mentioned.",
    'I do not have that information.',
    "I don't think you've told me that yet.",
    'No idea, sorry.',
    "I'm afraid I don't know that.",
    "It isn't something you've shared with me.",
    "I'm unable to find that in our history.",
    'Ich weiß leider nicht, wie dein Hund heißt.',
    'Das weiß ich nicht.',
    'Dazu habe ich keine Informationen.',
    'Du hast mir noch nicht gesagt, wie dein Hund heißt.',
    "Je ne sais pas comment s'appelle votre chien.",
    "Vous ne m'avez pas encore dit le nom de votre chien.",
    "Je n'ai aucune information à ce sujet.",
    'No sé cómo se llama tu perro.',
    'Lo siento, no tengo información sobre eso.',
    'No me has dicho cómo se llama tu perro.',
    'Я не знаю, как зовут вашу собаку.',
    'К сожалению, у меня нет информации об этом.',
    'Вы мне ещё не говорили, как зовут собаку.',
    '我不知道你的狗叫什么名字。',
    '抱歉，我没有关于你的狗的信息。',
    '你还没有告诉我你的狗叫什么。',
    'あなたの犬の名前はわかりません。',
    '申し訳ありませんが、その情報はありません。',
    '犬の名前はまだ聞いていません。',
    '강아지 이름을 모르겠어요.',
    '그 정보는 없습니다.',
    '아직 말씀해 주지 않으셨어요.',
    'لا أعرف اسم كلبك.',
    'لم تخبرني باسم كلبك بعد.',
    'मुझे नहीं पता कि आपके कुत्ते का नाम क्या है।',
    'आपने अभी तक नहीं बताया।',
    'ฉันไม่ทราบว่าสุนัขของคุณชื่ออะไร',
    'คุณยังไม่ได้บอกชื่อสุนัข',
  ])('when it says %j', (text) => {
    expect(answersNothing(text)).toBe(true);
  });
});

describe('a turn answers something', () => {
  test.each([
    'Your dog is called Biscuit.',
    "I don't know about Rex, but your dog Biscuit loves it.",
    "I don't know much about cars, but I would try a Toyota.",
    'You told me that your dog is called Biscuit.',
    "I'm not sure it is a good idea to lend him money.",
    "I don't like coffee.",
    "I don't have a dog.",
    "I don't know. Your dog Biscuit was at the vet on Monday.",
    'I have a meeting with no agenda.',
    'Biscuit does not know how to swim.',
    'Dein Hund heißt Biscuit.',
    'Ich trinke keine Milch.',
    '我不喜欢咖啡。',
    '猫はコーヒーを飲みません。',
    '커피를 안 마셔요.',
    'You never forget her birthday.',
    'Tram 28 passes your street; it is full in summer, so leave early.',
    "I can't eat peanuts.",
    'We do not remember it fondly: the hotel in Rome was awful.',
    '',
    '?',
  ])('when it says %j', (text) => {
    expect(answersNothing(text)).toBe(false);
  });

  test('when it is long', () => {
    expect(answersNothing(`I do not know. ${'x '.repeat(300)}`)).toBe(false);
  });
});
