import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../support/server.ts';
import { launchBrowser, openPage } from './browser.ts';
import { PAGES } from './pages.ts';
import { talk } from './talks.ts';

/**
 * Takes the pictures of docs/console: every page, at two widths, dark and light. `bun run pictures`, and look at them before they are
 * committed.
 */

const FOLDER = join(import.meta.dir, '..', '..', 'docs', 'console');
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } } as const;

const server = await startServer({ settings: { 'memory.facts.enabled': true, 'memory.episodes.enabled': true } });
const browser = await launchBrowser();

/** Some seconds of questions, for lines to be seen. */
const traffic = async (userId: string): Promise<void> => {
  for (let second = 0; second < 12; second += 1) {
    for (let i = 0; i < 5 + second; i += 1) {
      await server.call('POST', `/users/${userId}/query`, {
        query: `Where do I live, and who asks it ${i % 7} times?`,
      });
    }
    await Bun.sleep(1_000);
  }
};

try {
  mkdirSync(FOLDER, { recursive: true });
  const ids = await talk(server);
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints, close } = await openPage(browser, server.origin, { viewport, colorScheme });
      for (const { name, path, ready } of PAGES) {
        await page.goto(path(ids));
        await ready(page);
        if (name === 'metrics') await traffic(ids.userId);
        await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) });
      }
      await close();
      for (const complaint of complaints) console.error(complaint);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
