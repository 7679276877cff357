import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = [
  process.env['CHROMIUM'],
  Bun.which('chromium'),
  Bun.which('chromium-browser'),
  Bun.which('google-chrome'),
];
/** Slowest that anything of a page may come on a machine that is busy with other things. */
const PATIENCE_MS = 60_000;

/** The browser that the tests drive: the one that CHROMIUM names, else one of the system; null where there is none. */
export const chromiumPath: string | null = PLACES.find((place) => place && existsSync(place)) ?? null;

/** A page of a browser, and what it complained of. */
export interface Opened {
  readonly page: Page;
  /** Errors on the console of the browser, scripts that failed, and requests that went elsewhere. */
  readonly complaints: string[];
  readonly close: () => Promise<void>;
}

/** A browser without a window. Errors: none is installed. */
export const launchBrowser = (): Promise<Browser> => {
  if (chromiumPath === null) throw new Error('There is no Chromium: install the package chromium, or set CHROMIUM.');
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
};

/** Opens a page of its own, with nothing kept from another. `origin` is the one server that it may ask. */
export const openPage = async (
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Opened> => {
  const context = await browser.newContext({ baseURL: origin, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(?:data|blob):/.test(url)) complaints.push(`asked for ${url}`);
  });
  return { page, complaints, close: () => context.close() };
};
