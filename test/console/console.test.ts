import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { GlobalConfig } from '../../src/config/global-config.ts';
import { makeKey } from '../support/api-key.ts';
import { POISON, startEmbeddingEndpoint } from '../support/background/endpoint.ts';
import { PROMPT } from '../support/background/settings.ts';
import { eventually } from '../support/eventually.ts';
import { startConversation, startServer, type TestServer } from '../support/server.ts';
import { chromiumPath, launchBrowser, type Opened, openPage } from './browser.ts';
import { knowMany } from './many-facts.ts';
import { PAGES } from './pages.ts';
import { HTML, talk } from './talks.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const LONG = 2_000;
/** Rows in the page at a time, of however many. */
const MOST_ROWS = 60;
const LOOKS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['wide and light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['wide and dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ['narrow and light', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
  ['narrow and dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
];

if (chromiumPath === null) console.warn('There is no Chromium here, so the console is not tested. Set CHROMIUM.');

/** What axe finds that would keep somebody from using the page. */
const faultsOf = async (page: Page): Promise<string[]> => {
  // The policy of the page forbids scripts of others, and axe is one; the debugger may run it all the same.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: await Bun.file(AXE).text() });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run().then(({ passes, violations }) => ({
      looked: passes.length,
      faults: violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
    }))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  const { looked, faults } = result.value as { looked: number; faults: string[] };
  expect(looked).toBeGreaterThan(10);
  return faults;
};

// CI has a Chromium, and where it were missing there these tests fail rather than be left out.
describe.skipIf(chromiumPath === null && !process.env['CI'])('the console', () => {
  let browser: Browser;
  let server: TestServer;
  let ids: Awaited<ReturnType<typeof talk>>;
  let opened: Opened[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer({ settings: { 'memory.facts.enabled': true, 'memory.episodes.enabled': true } });
    ids = await talk(server);
  });
  afterEach(async () => {
    const complaints = opened.flatMap((each) => each.complaints);
    for (const { close } of opened) await close();
    opened = [];
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (path: string, options: BrowserContextOptions = {}, at = server): Promise<Page> => {
    const one = await openPage(browser, at.origin, options);
    opened.push(one);
    await one.page.goto(path);
    return one.page;
  };

  describe.each(LOOKS)('%s', (_look, options) => {
    test.each(PAGES.map((each) => [each.name, each] as const))(
      'the page "%s" opens without a fault, and is no wider than the screen',
      async (_name, { path, ready }) => {
        const page = await open(path(ids), options);
        await ready(page);
        expect(await faultsOf(page)).toEqual([]);
        const isWider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        expect(isWider).toBe(false);
      },
    );
  });

  test('leads from a name by the keyboard alone to a conversation, and from a fact to where it was said', async () => {
    const page = await open('/console');
    await page.getByRole('textbox', { name: 'Name of a user' }).fill('ada');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'moving to Lisbon' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Facts from this conversation' }).waitFor();
    const source = page.getByRole('button', { name: 'Said once' }).first();
    await source.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Where this was said' });
    await dialog.getByText('I live in Berlin').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await source.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('shows the facts of one message', async () => {
    const page = await open(`/console/users/${ids.userId}/sessions/${ids.sessionIds[0]}`);
    await page.getByRole('button', { name: '1 fact' }).first().click();
    await page.getByRole('heading', { name: 'Facts from the message' }).waitFor();
    expect(await page.getByRole('button', { name: 'Said once' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('heading', { name: 'Facts from this conversation' }).waitFor();
  });

  test('shows the episodes of a conversation, and from each the messages that it was made of', async () => {
    const page = await open(`/console/users/${ids.userId}/sessions/${ids.sessionIds[0]}`);
    const path = `/users/${ids.userId}/episodes?session_id=${ids.sessionIds[0]}`;
    const episode = await eventually('there is an episode', async () => {
      const [first] = (await server.call('GET', path)).body.data.episodes;
      return first;
    });
    await page.getByText(episode.title, { exact: true }).first().waitFor();
    await page
      .getByRole('button', { name: /^\d+ messages?$/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog', { name: 'Where this was said' });
    await dialog.getByRole('link', { name: 'Open the conversation' }).first().waitFor();
    expect(await dialog.getByRole('link').count()).toBe(episode.message_ids.length);
  });

  test('shows HTML in a message as the text that it is', async () => {
    const page = await open(`/console/users/${ids.userId}/sessions/${ids.sessionIds[0]}`);
    await page.getByText(HTML).waitFor();
    expect(await page.title()).toBe('MemFuse');
    expect(await page.locator('main img, main script, main b').count()).toBe(0);
  });

  test('explains a result by steps that add up to its score', async () => {
    const page = await open(`/console/users/${ids.userId}/search`);
    await page.getByRole('textbox', { name: 'Question' }).fill('Where do I live?');
    await page.keyboard.press('Enter');
    await page.getByText('from').first().waitFor();
    const result = page.getByRole('list', { name: 'Results' }).getByRole('listitem').first();
    const numbers = (selector: string) =>
      result
        .locator(selector)
        .allTextContents()
        .then((texts) => texts.map((text) => Number(text.replace('−', '-'))));
    const added = await numbers('tbody td.number');
    const [sum = Number.NaN] = await numbers('tfoot td.number');
    const score = Number((await result.getByText(/^Score /).textContent())?.replace('Score ', ''));
    expect(added.length).toBeGreaterThan(3);
    // Each number is rounded to hundredths.
    const roundedBy = 0.005 * (added.length + 1);
    expect(Math.abs(added.reduce((all, each) => all + each, 0) - sum)).toBeLessThanOrEqual(roundedBy);
    expect(Math.abs(1 / (1 + Math.exp(-sum)) - score)).toBeLessThan(0.005);
  });

  const factsOf = async (userId: string): Promise<{ text: string; state: string }[]> =>
    (await server.call('GET', `/users/${userId}/facts?state=all`)).body.data.facts;

  test('corrects a fact after showing what changes, shows its history, and takes the change back', async () => {
    const { userId } = await talk(server, 'bea');
    const page = await open(`/console/users/${userId}/profile`);
    const health = page.getByRole('region', { name: 'health' });
    await health.getByRole('button', { name: 'Correct' }).click();
    await page.getByRole('textbox', { name: 'What it should say' }).fill('Bea is allergic to hazelnuts.');
    await page.getByRole('button', { name: 'Show what changes' }).click();
    await page.getByRole('dialog').getByText('It will say').waitFor();
    expect((await factsOf(userId)).map(({ text }) => text)).not.toContain('Bea is allergic to hazelnuts.');
    await page.getByRole('button', { name: 'Correct it' }).click();
    await health.getByText('Bea is allergic to hazelnuts.').waitFor();
    await health.getByRole('button', { name: 'History' }).click();
    const dialog = page.getByRole('dialog', { name: 'What became of it' });
    await dialog.getByText('→ Bea is allergic to hazelnuts.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Undo the newest change' }).click();
    await dialog.getByText('undone').waitFor();
    await page.keyboard.press('Escape');
    await health.getByText('peanuts').waitFor();
  });

  test('deletes a fact when that is confirmed, and not before', async () => {
    const { userId } = await talk(server, 'cleo');
    const page = await open(`/console/users/${userId}/profile`);
    const health = page.getByRole('region', { name: 'health' });
    const before = await factsOf(userId);
    await health.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await factsOf(userId)).toEqual(before);
    await health.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    // A dialog hides what is behind it from everybody.
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await health.waitFor({ state: 'detached' });
    const left = await factsOf(userId);
    expect(left.map(({ text }) => text)).toEqual(
      before.map(({ text }) => text).filter((text) => !text.includes('peanuts')),
    );
  });

  test('forgets what is named after showing what would go', async () => {
    const { userId } = await talk(server, 'dora');
    const page = await open(`/console/users/${userId}/forget`);
    await page.getByRole('textbox', { name: 'What is to be forgotten' }).fill('sardines');
    await page.getByRole('button', { name: 'Show what would go' }).click();
    await page.getByRole('heading', { name: 'memories would be forgotten' }).waitFor();
    const before = await factsOf(userId);
    expect(before.filter(({ text }) => text.includes('sardines'))).not.toBeEmpty();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByRole('button', { name: 'Forget for good' }).click();
    await page.getByRole('status').getByText('It is forgotten.').waitFor();
    expect((await factsOf(userId)).filter(({ text }) => text.includes('sardines'))).toEqual([]);
  });

  test('shows on the timeline which facts hold, and which were superseded', async () => {
    const page = await open(`/console/users/${ids.userId}/timeline`);
    const list = page.getByRole('region', { name: 'Timeline' });
    await list.getByText('superseded, until').first().waitFor();
    await page.getByRole('radio', { name: 'retracted' }).click();
    await page.getByText('No fact is retracted').waitFor();
    await page.getByRole('radio', { name: 'superseded' }).click();
    await list.getByText('Berlin').waitFor();
    expect(await list.getByText('active,').count()).toBe(0);
  });

  test('shows tasks that were given up with their reason, and has them run again', async () => {
    const endpoint = startEmbeddingEndpoint();
    const failing = await startServer({ settings: { ...endpoint.settings, ...PROMPT } });
    try {
      const { sessionId } = await startConversation(failing);
      const messages = [{ role: 'user', content: `A cup of ${POISON}.` }];
      await failing.call('POST', `/sessions/${sessionId}/messages`, { messages });
      const page = await open('/console/work', {}, failing);
      await page.getByRole('button', { name: 'Retry', exact: true }).waitFor();
      expect(await page.getByRole('table').textContent()).not.toContain(POISON);
      expect(await faultsOf(page)).toEqual([]);
      endpoint.become('mended');
      await page.getByRole('button', { name: 'Retry all' }).click();
      await page.getByRole('status').getByText('1 task runs again.').waitFor();
      await page.getByText('Nothing failed for good').waitFor();
    } finally {
      await failing.stop();
      await endpoint.stop();
    }
  });

  test('draws numbers as they come, until it is paused', async () => {
    const page = await open('/console/metrics');
    const requests = page.getByRole('region', { name: 'Requests a second' });
    // The page asks once a second, so that the rate is above zero once it has asked twice.
    await requests.getByText(/[1-9][\d.]*\/s/).waitFor();
    expect(await page.locator('canvas').count()).toBe(6);
    const asked: string[] = [];
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.waitForLoadState('networkidle');
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.waitForResponse('**/metrics');
    expect(asked.length).toBeGreaterThan(0);
  });

  test('takes everything out, and brings it into another server after showing what would come in', async () => {
    const page = await open('/console/transfer');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export everything' }).click();
    const path = await (await downloading).path();
    await page.getByRole('status').getByText('Saved').waitFor();
    expect(await Bun.file(path).text()).toContain('"end":true');
    const other = await startServer();
    try {
      const there = await open('/console/transfer', {}, other);
      await there.getByLabel('File').setInputFiles(path);
      await there.getByRole('button', { name: 'Show what would come in' }).click();
      await there.getByRole('status').getByText('Would come in').waitFor();
      expect((await other.call('GET', '/users')).body.data.users).toEqual([]);
      await there.getByRole('button', { name: 'Import', exact: true }).click();
      await there.getByRole('status').getByText('Came in').waitFor();
      const names = (await other.call('GET', '/users')).body.data.users.map(({ name }: { name: string }) => name);
      expect(names).toContain('ada');
    } finally {
      await other.stop();
    }
  });

  test('tells why a file that is not whole does not come in', async () => {
    const page = await open('/console/transfer');
    const content = Buffer.from('{"memfuse_export":1}\n');
    await page
      .getByLabel('File')
      .setInputFiles({ name: 'half.jsonl', mimeType: 'application/x-ndjson', buffer: content });
    await page.getByRole('button', { name: 'Show what would come in' }).click();
    await page.getByRole('alert').waitFor();
    // The browser itself tells of the 400.
    expect(opened[0]?.complaints.splice(0)).toHaveLength(1);
  });

  test('makes a key that is shown once, and revokes it', async () => {
    const page = await open(`/console/users/${ids.userId}/keys`);
    await page.getByRole('textbox', { name: 'Name of a new key' }).fill('laptop');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('mf_').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.reload();
    await page.getByText('laptop').waitFor();
    expect(await page.getByText('mf_').count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No key sees this user alone').waitFor();
  });

  test('finds a setting by a part of its name, and reads the settings again', async () => {
    let file = '';
    const configured = await startServer({
      config: (folder) => {
        file = join(folder, 'memfuse.config.json');
        writeFileSync(file, '{"server": {"max_messages": 3}}');
        const env = { PORT: '0', MEMFUSE_DATA_DIR: folder, MEMFUSE_SERVER__LOG_LEVEL: 'silent' };
        return GlobalConfig.initialize({ env, folder });
      },
    });
    try {
      const page = await open('/console/settings', {}, configured);
      await page.getByRole('textbox', { name: 'Part of a name' }).fill('max_messages');
      const row = page.getByRole('listitem');
      await row.filter({ hasText: 'server.max_messages' }).getByText('3', { exact: true }).waitFor();
      expect(await row.count()).toBe(1);
      writeFileSync(file, '{"server": {"max_messages": 4}}');
      await page.getByRole('button', { name: 'Read them again' }).click();
      await page.getByRole('status').waitFor();
      await row.getByText('4', { exact: true }).waitFor();
    } finally {
      await configured.stop();
    }
  });

  test('takes the number of results from a list that it opens', async () => {
    const page = await open(`/console/users/${ids.userId}/search?q=Lisbon`);
    await page.getByRole('combobox', { name: 'Most results' }).click();
    await page.getByRole('option', { name: '25 results' }).click();
    await page.waitForURL(/n=25/);
    await page.getByRole('status').waitFor();
  });

  test('shows dark what was light, and keeps that', async () => {
    const page = await open('/console', { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Show it dark' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Show it light' }).waitFor();
    expect(await page.locator('.radix-themes.dark').count()).toBe(1);
  });

  test('makes a user who is asked for and does not exist, when told to', async () => {
    const page = await open('/console');
    await page.getByRole('textbox', { name: 'Name of a user' }).fill('grace');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('Nobody is called “grace”').waitFor();
    // The browser itself tells of the 404.
    expect(opened[0]?.complaints.splice(0)).toHaveLength(1);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'grace' }).waitFor();
    await page.getByText('No conversations yet').waitFor();
  });

  test('holds a few rows of many facts in the page, comes to the last by scrolling, and says where all are', async () => {
    const count = 350;
    const userId = await knowMany(server, 'reader', count);
    const page = await open(`/console/users/${userId}/profile`);
    await page.getByRole('link', { name: 'all of them' }).click();
    const list = page.getByRole('region', { name: 'Timeline' });
    const last = list.getByText(`Owns book ${count - 1}.`);
    await list.getByText('Owns book 0.').waitFor();
    for (let tries = 0; tries < count && (await last.count()) === 0; tries += 1) {
      await list.focus();
      await page.keyboard.press('End');
      await page.waitForLoadState('networkidle');
      expect(await list.getByRole('listitem').count()).toBeLessThan(MOST_ROWS);
    }
    await last.waitFor();
  });

  test('saves everything of one user under the name of the user', async () => {
    const page = await open(`/console/users/${ids.userId}/export`);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export this user' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('ada.jsonl');
    const lines = (await Bun.file(await download.path()).text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ memfuse_export: 2, user: 'ada' });
    expect(lines.at(-1)).toMatchObject({ end: true });
    expect(lines.filter(({ type }) => type === 'user')).toHaveLength(1);
    await page.getByRole('status').getByText('Saved').waitFor();
  });

  test(`holds a few rows of ${LONG} messages in the page, and comes to the last by scrolling`, async () => {
    const said = await server.call('POST', '/memories', { user: 'long', session: 'long', messages: [] });
    const { user_id: userId, session_id: sessionId } = said.body.data;
    for (let first = 0; first < LONG; first += 500) {
      const messages = Array.from({ length: 500 }, (_, i) => ({ role: 'user', content: `Message ${first + i}.` }));
      await server.call('POST', `/sessions/${sessionId}/messages`, { messages });
    }
    const page = await open(`/console/users/${userId}/sessions/${sessionId}`);
    const list = page.getByRole('region', { name: 'Messages' });
    await list.getByText('Message 0.').waitFor();
    const last = list.getByText(`Message ${LONG - 1}.`);
    for (let tries = 0; tries < LONG && (await last.count()) === 0; tries += 1) {
      await list.focus();
      await page.keyboard.press('End');
      await page.waitForLoadState('networkidle');
      expect(await list.getByRole('listitem').count()).toBeLessThan(MOST_ROWS);
    }
    await last.waitFor();
    await page.getByRole('radio', { name: 'Newest first' }).click();
    await last.waitFor();
  });

  test('asks for a key where one is needed, tells a wrong one, and forgets it when told to', async () => {
    const guarded = await startServer({ settings: { 'server.api_key_validation': true } });
    try {
      const secret = await makeKey(guarded);
      const page = await open('/console', {}, guarded);
      const key = page.getByLabel('API key');
      await key.fill('mf_not_a_key_of_this_server_at_all');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('The server does not know this key').waitFor();
      // What the browser itself tells of each 401.
      const told = opened[0]?.complaints.splice(0) ?? [];
      expect(told.filter((line) => !line.includes('401'))).toEqual([]);
      expect(await faultsOf(page)).toEqual([]);
      await key.fill(secret);
      await page.keyboard.press('Enter');
      await page.getByText('Nobody has said anything yet').waitFor();
      await page.reload();
      await page.getByText('Nobody has said anything yet').waitFor();
      await page.getByRole('button', { name: 'Forget the API key' }).click();
      await key.waitFor();
      opened[0]?.complaints.splice(0);
    } finally {
      await guarded.stop();
    }
  });

  test('says what to do where nobody has said anything', async () => {
    const empty = await startServer();
    try {
      const page = await open('/console', {}, empty);
      await page.getByText('Nobody has said anything yet').waitFor();
      expect(await page.locator('main pre').textContent()).toContain(`${empty.origin}/api/v1/memories`);
    } finally {
      await empty.stop();
    }
  });
});
