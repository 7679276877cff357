import type { Page } from 'playwright-core';

interface Ids {
  readonly userId: string;
  readonly sessionIds: readonly string[];
}

interface ConsolePage {
  readonly name: string;
  readonly path: (ids: Ids) => string;
  /** Comes back when the page shows what it is for. */
  readonly ready: (page: Page) => Promise<void>;
}

const sees = (text: string) => (page: Page) => page.getByText(text).first().waitFor();

/** Every page of the console, with something to show. */
export const PAGES: readonly ConsolePage[] = [
  { name: 'users', path: () => '/console', ready: sees('ada') },
  { name: 'conversations', path: ({ userId }) => `/console/users/${userId}`, ready: sees('with helper') },
  {
    name: 'conversation',
    path: ({ userId, sessionIds }) => `/console/users/${userId}/sessions/${sessionIds[0]}`,
    ready: sees('Said once'),
  },
  {
    name: 'search',
    path: ({ userId }) => `/console/users/${userId}/search?q=Where+do+I+live%3F`,
    ready: sees('Score 0.'),
  },
  { name: 'profile', path: ({ userId }) => `/console/users/${userId}/profile`, ready: sees('Said once') },
  { name: 'timeline', path: ({ userId }) => `/console/users/${userId}/timeline`, ready: sees('superseded, until') },
  {
    name: 'forget',
    path: ({ userId }) => `/console/users/${userId}/forget`,
    ready: async (page) => {
      await page.getByRole('textbox').fill('sardines');
      await page.keyboard.press('Enter');
      await page.getByText('would be forgotten').waitFor();
    },
  },
  {
    name: 'export',
    path: ({ userId }) => `/console/users/${userId}/export`,
    ready: sees('Export this user'),
  },
  { name: 'work', path: () => '/console/work', ready: sees('Nothing failed for good') },
  {
    name: 'metrics',
    path: () => '/console/metrics',
    ready: async (page) => {
      await page.getByText('answered').waitFor();
      // Two readings make a line.
      await page.locator('.legend', { hasText: 'answered' }).getByText('/s').first().waitFor();
    },
  },
  { name: 'keys', path: ({ userId }) => `/console/users/${userId}/keys`, ready: sees('No key sees this user alone') },
  { name: 'transfer', path: () => '/console/transfer', ready: sees('Export everything') },
  { name: 'settings', path: () => '/console/settings', ready: sees('server.host') },
];
