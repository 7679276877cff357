/** Assembles src/retrieval/index/vectors/dot-kernel.wat into the TypeScript beside it. Run after a change of the former. */
import { join } from 'node:path';
import wabt from 'wabt';

const FOLDER = join(import.meta.dir, '..', 'src', 'retrieval', 'index', 'vectors');

/** The source text of dot-kernel.ts, as the assembler text beside it makes it. */
export const assembleKernel = async (): Promise<string> => {
  const text = await Bun.file(join(FOLDER, 'dot-kernel.wat')).text();
  const module = (await wabt()).parseWat('dot-kernel.wat', text, { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  return `/** dot-kernel.wat in machine form, made by scripts/kernel.ts. */
export const DOT_KERNEL_BASE64 =
  '${Buffer.from(buffer).toString('base64')}';
`;
};

if (import.meta.main) await Bun.write(join(FOLDER, 'dot-kernel.ts'), await assembleKernel());
