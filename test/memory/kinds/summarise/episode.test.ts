import { describe, expect, test } from 'bun:test';
import type { WorkMessage } from '../../../../src/contract/work.ts';
import { describeEpisode } from '../../../../src/memory/kinds/summarise/episode.ts';
import { AGENT_MARK, USER_MARK } from '../../../../src/text/account-marks.ts';
import { openTagger } from '../../../../src/text/clauses/tagger.ts';
import { PATHOLOGICAL } from '../../../support/growth.ts';

const tagger = await openTagger();

const messagesOf = (said: readonly (readonly [role: string, content: string, name?: string])[]): WorkMessage[] =>
  said.map(([role, content, name = null], i) => ({
    ...{ key: i + 1, sequence: i + 1, round: 1, role, name, usualSpeaker: null, content, createdAt: 1_000 * (i + 1) },
  }));

describe('what an episode says', () => {
  test('is in the third person in English, by the marks of accounts and the names of others', () => {
    const { title, summary, participants, keyPhrases, startedAt, endedAt } = describeEpisode(
      messagesOf([
        ['user', 'I moved to Lisbon in May because my sister lives there.'],
        ['assistant', 'How nice! Which district do you live in?'],
        ['user', 'I rent a small flat in Alfama near the river.', 'Mo'],
      ]),
      tagger,
    );
    expect(participants).toEqual([USER_MARK, AGENT_MARK, 'Mo']);
    expect(summary).toContain(`${USER_MARK} moved to Lisbon in May`);
    expect(summary).toContain('Mo rents a small flat in Alfama');
    expect(title.length).toBeGreaterThan(0);
    expect(keyPhrases.length).toBeWithin(1, 6);
    expect([startedAt, endedAt]).toEqual([1_000, 3_000]);
  });

  test('is in whole sentences with their speakers in other languages', () => {
    const { summary } = describeEpisode(
      messagesOf([
        ['user', 'Ich bin im Mai nach Lissabon gezogen, weil meine Schwester dort wohnt.'],
        ['assistant', 'Das freut mich sehr für dich und deine Familie.'],
      ]),
      tagger,
    );
    expect(summary).toContain(`${USER_MARK}: Ich bin im Mai nach Lissabon gezogen`);
  });

  test('leaves out what nobody said, and is something for messages without words', () => {
    const tool = describeEpisode(messagesOf([['tool', 'The secret word is xylophone.']]), tagger);
    expect(tool).toMatchObject({ summary: '', participants: [] });
    expect(describeEpisode(messagesOf([['user', '']]), tagger)).toMatchObject({ title: 'No text', summary: '' });
  });

  test('is bounded for any text, however long', () => {
    for (const [name, text] of PATHOLOGICAL) {
      const content = text(262_144);
      const { title, summary, keyPhrases } = describeEpisode(messagesOf([['user', content]]), tagger);
      expect([name, [...title].length <= 81, summary.length <= 2_000, keyPhrases.join().length <= 400]).toEqual([
        name,
        true,
        true,
        true,
      ]);
    }
  });
});
