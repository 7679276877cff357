import { expect, test } from 'bun:test';
import { basename, dirname } from 'node:path';
import { GENERATED, regenerated } from '../../scripts/docs.ts';

test.each(GENERATED.map((each) => [basename(dirname(each.file)), each] as const))(
  'what is generated of the README of "%s" is what its source gives (bun run docs writes it)',
  (_folder, each) => {
    const { was, made } = regenerated(each);
    expect(made).toBe(was);
  },
);
