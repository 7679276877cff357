import { readFile } from 'node:fs/promises';

/** The files of swagger-ui-dist that the page about the API has. They are named one by one, so that the single binary holds them. */
const FILES: Readonly<Record<string, () => Promise<{ readonly default: string }>>> = {
  'swagger-ui.css': () => import('swagger-ui-dist/swagger-ui.css', { with: { type: 'file' } }),
  'swagger-ui-bundle.js': () => import('swagger-ui-dist/swagger-ui-bundle.js', { with: { type: 'file' } }),
  'favicon-32x32.png': () => import('swagger-ui-dist/favicon-32x32.png', { with: { type: 'file' } }),
};

/** A file of the page that describes the API; null for one that it does not have. */
export const docsAsset = async (name: string): Promise<Uint8Array | null> => {
  const find = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  return find ? readFile((await find()).default) : null;
};
