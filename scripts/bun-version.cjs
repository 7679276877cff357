// Runs on any Bun and needs no package: an older one fails on the lockfile, in words that do not say so.
const { engines } = require('../package.json');

const numbersOf = (version) => version.match(/\d+/g).slice(0, 3).map(Number);

const least = engines.bun.replace('>=', '');
const own = process.versions.bun ?? '0';
const [ownNumbers, leastNumbers] = [numbersOf(own), numbersOf(least)];
const differs = leastNumbers.findIndex((number, i) => number !== (ownNumbers[i] ?? 0));
if (differs >= 0 && (ownNumbers[differs] ?? 0) < leastNumbers[differs]) {
  console.error(
    `MemFuse needs Bun ${least} or later, and this is Bun ${own}. Run "bun upgrade", or put "npx -y bun@${least}" in place of "bun".`,
  );
  process.exit(1);
}
