import type { Page } from 'playwright-core';
import { startServer } from '../support/server.ts';
import { launchBrowser, openPage } from './browser.ts';
import { knowMany } from './many-facts.ts';

/**
 * Tries the console in a real browser with a user who has 100,000 messages in one conversation and 10,000 facts: `bun run console:large`.
 * It prints when a page is painted first, how many rows are in the page, and the longest pause between two frames while it is scrolled;
 * it fails when rows out of sight are in the page, or when the browser complains.
 */

const MESSAGES = 100_000;
const FACTS = 10_000;
const BATCH = 1_000;
const MOST_ROWS = 60;
/** Turns of the wheel, each by a screen. */
const TURNS = 60;

const server = await startServer();
const browser = await launchBrowser();

const post = async (user: string, count: number, contentOf: (i: number) => string) => {
  let data = { user_id: '', session_id: '' };
  for (let first = 0; first < count; first += BATCH) {
    const messages = Array.from({ length: BATCH }, (_, i) => ({ role: 'user', content: contentOf(first + i) }));
    data = (await server.call('POST', '/memories', { user, session: 'long', messages })).body.data;
  }
  return data;
};

const firstPaintMs = (page: Page): Promise<number> =>
  page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);

/** Scrolls a list, and tells the longest pause between two frames, in milliseconds. */
const scroll = async (page: Page, name: string): Promise<number> => {
  const list = page.getByRole('region', { name });
  await list.getByRole('listitem').first().waitFor();
  await list.hover();
  await page.evaluate(() => {
    const watch = window as unknown as { longestMs: number };
    watch.longestMs = 0;
    let last = performance.now();
    const frame = (): void => {
      const now = performance.now();
      watch.longestMs = Math.max(watch.longestMs, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  for (let turn = 0; turn < TURNS; turn += 1) {
    await page.mouse.wheel(0, 700);
    await page.waitForTimeout(30);
  }
  const rows = await list.getByRole('listitem').count();
  if (rows > MOST_ROWS) throw new Error(`${rows} rows of "${name}" are in the page.`);
  return page.evaluate(() => (window as unknown as { longestMs: number }).longestMs);
};

try {
  const talker = await post('talker', MESSAGES, (i) => `Message ${i}: the weather was fine, and nobody said much.`);
  const reader = await knowMany(server, 'reader', FACTS);
  for (;;) {
    const { waiting, running } = (await server.call('GET', '/tasks/stats')).body.data;
    if (waiting + running === 0) break;
    await Bun.sleep(1_000);
  }
  const pages: readonly (readonly [string, string, string])[] = [
    ['100,000 messages', `/console/users/${talker.user_id}/sessions/${talker.session_id}`, 'Messages'],
    ['10,000 facts, timeline', `/console/users/${reader}/timeline`, 'Timeline'],
  ];
  for (const [name, path, list] of pages) {
    const { page, complaints, close } = await openPage(browser, server.origin, {
      viewport: { width: 1280, height: 800 },
    });
    await page.goto(path);
    const longestMs = await scroll(page, list);
    const shownMs = await page.evaluate(() => performance.now());
    console.log(
      `${name}: first paint ${(await firstPaintMs(page)).toFixed(0)} ms, longest pause between frames ${longestMs.toFixed(0)} ms, ${(shownMs / 1_000).toFixed(1)} s in all`,
    );
    await close();
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  }
} finally {
  await browser.close();
  await server.stop();
}
