import { test } from 'bun:test';

/** The interpreter that has the packages, in the environment of a person or of CI. */
export const PYTHON = process.env['PYTHON'] ?? 'python3';

/** Looks for packages without loading them, which takes seconds. */
const PROBE =
  'import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))';

const has = (packages: readonly string[]): boolean => {
  try {
    return Bun.spawnSync([PYTHON, '-c', PROBE, ...packages], { stdout: 'ignore', stderr: 'ignore' }).exitCode === 0;
  } catch {
    return false; // there is no such interpreter
  }
};

/**
 * Whether the interpreter has packages. When it has not, a test stands for those that cannot be made: it is skipped with what
 * to install, and fails in CI, or when `MEMFUSE_REQUIRE_PYTHON_SDK` is 1.
 */
export const hasPython = (packages: readonly string[], what: string, install: string): boolean => {
  if (has(packages)) return true;
  const isRequired = process.env['CI'] === 'true' || process.env['MEMFUSE_REQUIRE_PYTHON_SDK'] === '1';
  const reason = `${what} cannot be driven: ${PYTHON} cannot import ${packages.join(', ')} (${install}, or set PYTHON)`;
  const miss = (): never => {
    throw new Error(reason);
  };
  if (isRequired) test(reason, miss);
  else test.skip(reason, miss);
  return false;
};
