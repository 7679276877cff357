/** The program, which Debian keeps among those of root. */
export const haproxy = (): string => {
  const program = Bun.which('haproxy', { PATH: `${process.env['PATH']}:/usr/sbin` });
  if (!program) throw new Error('There is no HAProxy on this machine. Install it: apt-get install haproxy.');
  return program;
};
