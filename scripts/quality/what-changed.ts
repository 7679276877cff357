/** Something that changed: what is asked of it, and what the answer names now and named before. */
export interface Change {
  readonly question: string;
  readonly now: string;
  readonly before: string;
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** What somebody told in the course of months: each time a few turns about this and that, and some of what changed. */
export interface ChangingConversation {
  readonly kind: 'friends' | 'assistant';
  readonly user: string;
  readonly sessions: readonly (readonly Turn[])[];
  readonly changes: readonly Change[];
}

/** How people tell what held and what holds now of a thing; `#` stands for its name. Friends chat, assistants are asked for something. */
interface Topic {
  readonly values: readonly string[];
  readonly question: string;
  readonly friends: readonly [before: readonly string[], now: readonly string[]];
  readonly assistant: readonly [before: readonly string[], now: readonly string[]];
}

const TOPICS: readonly Topic[] = [
  {
    values: ['Lisbon', 'Graz', 'Leeds', 'Porto', 'Bergen', 'Turin', 'Ghent', 'Denver', 'Malmo', 'Cork'],
    question: 'Where do I live?',
    friends: [
      ['I live in #, right behind the station.', 'I have lived in # for six years, imagine.'],
      ['I moved to # last week, boxes everywhere!', 'So, big news: I live in # now.'],
    ],
    assistant: [
      ['I live in #. Which museums are open on Mondays?', 'I live in # and need a plumber who comes on Sundays.'],
      [
        'I moved to # this month, which bank has branches there?',
        'I live in # now. Find me a gym close to the centre.',
      ],
    ],
  },
  {
    values: ['Northwind', 'Acme', 'Globex', 'Initech', 'Umbra', 'Kestrel', 'Lumen', 'Orchard', 'Pinnacle', 'Vertex'],
    question: 'Where do I work?',
    friends: [
      ['I work at #, the coffee there is awful.', "I've been working at # since spring."],
      ['I started working at # on Monday!', 'I work at # now, much nicer people.'],
    ],
    assistant: [
      [
        'I work at #. Write a short note to my team about the outing.',
        'I work at # and have to file expenses, how do I begin?',
      ],
      [
        'I work at # now. Draft a message to my old colleagues.',
        'I just started working at #, what should I ask in my first week?',
      ],
    ],
  },
  {
    values: ['Maya', 'Tom', 'Ines', 'Oscar', 'Nadia', 'Felix', 'Greta', 'Hugo', 'Lena', 'Ravi'],
    question: 'Who is my partner?',
    friends: [
      ['My girlfriend # says hello.', 'My boyfriend # is learning the trombone.'],
      ['My new girlfriend # is a baker.', 'My new boyfriend # hates trombones, luckily.'],
    ],
    assistant: [
      ['My boyfriend # turns thirty on Friday. Ideas for a cake?', 'My girlfriend # likes hiking, where could we go?'],
      ['My new boyfriend # eats no nuts. What could I cook?', 'My new girlfriend # loves jazz, find us a concert.'],
    ],
  },
  {
    values: ['sushi', 'ramen', 'pizza', 'paella', 'curry', 'tacos', 'gnocchi', 'falafel', 'goulash', 'pho'],
    question: 'What is my favourite food?',
    friends: [
      ['My favourite food is #, always was.', 'You know me, my favourite food is #.'],
      ['My favourite food is # now, I changed my mind.', 'These days my favourite food is #.'],
    ],
    assistant: [
      ['My favourite food is #. Which wine goes with it?', 'My favourite food is #, so plan the dinner around it.'],
      ['My favourite food is # now. Suggest a starter.', 'My favourite food is # these days, where do I get the best?'],
    ],
  },
  {
    values: [
      'a nurse',
      'a teacher',
      'an electrician',
      'a translator',
      'a carpenter',
      'a pharmacist',
      'a pilot',
      'a librarian',
      'a chef',
      'a surveyor',
    ],
    question: 'What is my job?',
    friends: [
      ['I work as #, with shifts at night.', "I'm # by now, who would have thought."],
      ['I now work as #, after all that training.', 'I changed my job: I am # now.'],
    ],
    assistant: [
      ['I work as #. Make me a plan for the week.', "I'm #. How do I sort my receipts?"],
      ['I now work as #. Update my short biography, please.', "I'm # now. What insurance do I need?"],
    ],
  },
];

const SMALL_TALK: readonly (readonly [string, string])[] = [
  ['The weather was odd all week.', 'At least the evenings were clear.'],
  ['The bus was late again this morning.', 'That line has been slow since autumn.'],
  ['I read half of a novel about lighthouses.', 'Tell me how it ends.'],
  ['The neighbours painted their fence green.', 'A brave choice for a fence.'],
];
const NAMES =
  'Alma Bruno Celia Dario Elin Fritz Gemma Henrik Ida Jonas Karla Lukas Mira Nils Olga Paul Rosa Sven Tilda Uwe'.split(
    ' ',
  );

const pick = <T>(all: readonly T[], i: number): T => all[i % all.length] as T;

/** Twenty people with five changes each: what held is told in three talks, what holds now in three later ones. */
const conversationOf = (user: string, i: number): ChangingConversation => {
  const kind = i % 2 === 0 ? 'friends' : 'assistant';
  const told = TOPICS.map((topic, t) => {
    const [before, now] = [pick(topic.values, i + t), pick(topic.values, i + t + 3)];
    const [older, newer] = topic[kind];
    const say = (sentences: readonly string[], value: string): string => pick(sentences, i + t).replace('#', value);
    return { question: topic.question, before, now, older: say(older, before), newer: say(newer, now) };
  });
  const talk = (texts: readonly string[], n: number): Turn[] => {
    const [aside, reply] = pick(SMALL_TALK, i + n);
    const turns = [aside, ...texts].flatMap((content): Turn[] => [
      { role: 'user', content },
      { role: 'assistant', content: content === aside ? reply : 'Good to know, thanks for telling me.' },
    ]);
    return turns;
  };
  const older = told.map((one) => one.older);
  const newer = told.map((one) => one.newer);
  const sessions = [
    older.slice(0, 2),
    older.slice(2, 4),
    older.slice(4),
    newer.slice(0, 2),
    newer.slice(2, 4),
    newer.slice(4),
  ];
  return {
    kind,
    user,
    sessions: sessions.map(talk),
    changes: told.map(({ question, before, now }) => ({ question, before, now })),
  };
};

export const CONVERSATIONS: readonly ChangingConversation[] = NAMES.map(conversationOf);
