import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type Connection, openReadConnection, openWriteConnection } from '../../../adapters/sqlite/connection.ts';
import { TickSnapshot } from '../../../adapters/sqlite/tick-snapshot.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the snapshot of a turn', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let writer: Connection;
  let reader: Connection;
  let snapshot: TickSnapshot;
  let nowMs = 0;
  beforeEach(() => {
    folder = temporaryFolder();
    writer = openWriteConnection(`${folder.path}/memfuse.db`);
    writer.exec('CREATE TABLE things (name TEXT)');
    reader = openReadConnection(`${folder.path}/memfuse.db`);
    snapshot = new TickSnapshot(reader, () => nowMs);
  });
  afterEach(() => {
    snapshot.end();
    reader.close();
    writer.close();
    folder.remove();
  });
  const count = (): unknown => {
    snapshot.enter();
    return reader.prepare('SELECT count(*) FROM things').pluck().get();
  };
  const write = () => writer.exec("INSERT INTO things VALUES ('a')");

  test('is held for the reads of one turn and let go in the next, which sees what is newer', async () => {
    expect(count()).toBe(0);
    expect(count()).toBe(0);
    expect(reader.inTransaction).toBe(true);
    write();
    await nextTurn();
    expect(reader.inTransaction).toBe(false);
    expect(count()).toBe(1);
    await nextTurn();
    expect(reader.inTransaction).toBe(false);
  });

  test('is renewed by the first read that comes a millisecond after it began, however long the turn', async () => {
    expect(count()).toBe(0);
    write();
    nowMs += 0.9;
    expect(count()).toBe(0);
    nowMs += 0.1;
    expect(count()).toBe(1);
    write();
    nowMs += 0.9;
    expect(count()).toBe(1);
    nowMs += 0.1;
    expect(count()).toBe(2);
    await nextTurn();
    expect(reader.inTransaction).toBe(false);
  });

  test('ends when it is told to, and the next read of the same turn sees what is newer', () => {
    expect(count()).toBe(0);
    write();
    snapshot.end();
    expect(count()).toBe(1);
  });

  test('can be ended twice, or without having begun', () => {
    snapshot.end();
    count();
    snapshot.end();
    snapshot.end();
    expect(reader.inTransaction).toBe(false);
  });

  test('that the engine gave up by itself, as it does when a disk fails, ends without another error', async () => {
    expect(count()).toBe(0);
    reader.exec('ROLLBACK');
    expect(() => snapshot.end()).not.toThrow();
    write();
    expect(count()).toBe(1);
    await nextTurn();
    expect(reader.inTransaction).toBe(false);
  });
});
