import { unit } from '../../../embedding/unit.ts';
import { ENGLISH_GROUND, FOREIGN_GROUND, type Ground, type Meaning } from '../../../retrieval/index/meaning.ts';

/** The part of the static models that topics are told by. */
export type TopicModel = Pick<Meaning, 'groundOf' | 'read'>;

/** Characters of a turn that its topic is told by: a long one is a document, whose beginning tells it. */
const MOST_CHARACTERS = 2_000;

/** What everybody says about everything. Their mean is what the vectors of all turns have in common, and tells no topic. */
const ORDINARY = [
  'I think so.',
  'That is really great to hear!',
  'What do you mean by that?',
  'I have been thinking about it for a while now.',
  'We had a good time there yesterday.',
  'It makes me so happy to see that.',
  'You should do it, it would be good for you.',
  'How did it go with your work this week?',
  'I am going to try something new next month.',
  'My friends and my family were there too.',
  'Thanks, that means a lot to me.',
  'Yes, I know what you are talking about.',
  'It was hard at first, but it gets better with time.',
  'Do you want to come with me?',
  'Could you help me with this, please?',
  'Here is a list of things that you can do.',
  'I really like the way it looks.',
  'Let me know if you need anything else.',
  'He told me that he would be there.',
  'She has a lot of people around her.',
];

const add = (sum: Float32Array, vector: Float32Array, factor = 1): void => {
  for (let k = 0; k < sum.length; k += 1) sum[k] = (sum[k] as number) + factor * (vector[k] as number);
};

const centres = new WeakMap<TopicModel, Map<Ground, Float32Array>>();

/** The mean of the ordinary sentences on a ground. */
const centreOf = (model: TopicModel, ground: Ground): Float32Array => {
  const known = centres.get(model) ?? new Map<Ground, Float32Array>();
  centres.set(model, known);
  let centre = known.get(ground);
  if (!centre) {
    const vectors = ORDINARY.map((text) => unit(model.read(text, ground).sum));
    centre = new Float32Array(vectors[0]?.length ?? 0);
    for (const vector of vectors) add(centre, vector, 1 / vectors.length);
    known.set(ground, centre);
  }
  return centre;
};

/**
 * What each turn is about: its direction without what all turns have in common; all zero for a turn that says nothing. All are
 * read by one model, since vectors of two have no product: by the one for other languages when most of the texts are in one,
 * which knows English as well.
 */
export const topicsOf = (texts: readonly string[], model: TopicModel): Float32Array[] => {
  const beginnings = texts.map((text) => text.slice(0, MOST_CHARACTERS));
  const spoken = beginnings.filter((text) => text.trim() !== '');
  const foreign = spoken.filter((text) => model.groundOf(text) === FOREIGN_GROUND).length;
  const ground = foreign > spoken.length / 2 ? FOREIGN_GROUND : ENGLISH_GROUND;
  const centre = centreOf(model, ground);
  return beginnings.map((text) => {
    const topic = unit(model.read(text, ground).sum);
    if (topic.some((component) => component !== 0)) add(topic, centre, -1);
    return topic;
  });
};

/** The cosine of the sums of some turns before a place and of some behind it, by place; the first place is the second turn. */
export const likenessAt = (topics: readonly Float32Array[], window: number): number[] => {
  const sumOf = (from: number, end: number): Float32Array => {
    const sum = new Float32Array(topics[0]?.length ?? 0);
    for (const topic of topics.slice(Math.max(0, from), end)) add(sum, topic);
    return unit(sum);
  };
  return topics.slice(1).map((_, i) => {
    const [before, behind] = [sumOf(i + 1 - window, i + 1), sumOf(i + 1, i + 1 + window)];
    return before.reduce((product, x, k) => product + x * (behind[k] as number), 0);
  });
};
