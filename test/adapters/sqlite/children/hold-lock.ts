// Takes the write lock of a fresh database file, as a process does that is about to migrate it, says so, and keeps it
// for a moment.
import Database from 'better-sqlite3';

const HELD_MS = 150;

const db = new Database(process.argv[2]);
db.exec('BEGIN IMMEDIATE');
console.log('locked');
setTimeout(() => {
  db.exec('COMMIT');
  db.close();
}, HELD_MS);
