#!/usr/bin/env node
// Runs the command line on Bun: on the one that runs this, or on the one that the package brings.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const SYSTEMS = { win32: 'windows' };
const PROCESSORS = { arm64: 'aarch64' };

/** The program of the package `bun`; of what that depends on, when its install script was not allowed to put it in place. */
const bunOfPackage = () => {
  const { platform, arch } = process;
  const name = `@oven/bun-${SYSTEMS[platform] ?? platform}-${PROCESSORS[arch] ?? arch}`;
  try {
    const ofBun = createRequire(createRequire(import.meta.url).resolve('bun/package.json'));
    const programs = [`${name}/bin/bun${platform === 'win32' ? '.exe' : ''}`, 'bun/bin/bun.exe'];
    for (const program of programs) {
      try {
        return ofBun.resolve(program);
      } catch {
        // The next one.
      }
    }
  } catch {
    // There is no package bun at all.
  }
  console.error('MemFuse runs on Bun, which is not installed with it. Install the package again.');
  process.exit(1);
};

const bun = process.versions.bun ? process.execPath : bunOfPackage();
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const child = spawn(bun, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal sends these to both; whoever kills this process alone means the server too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`Bun could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
