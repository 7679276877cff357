import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for a test, in `parent`, and how to remove it. */
export const temporaryFolder = (parent = tmpdir()): { readonly path: string; remove(): void } => {
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, 'memfuse-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
