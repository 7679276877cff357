/**
 * A segment in bytes: a header in JSON with its length before it, then arrays of numbers, each where its kind may lie.
 * Little-endian, as every machine that this runs on.
 */
type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array | Int8Array;

const KINDS = { Float64Array, Float32Array, Uint32Array, Int32Array, Uint8Array, Int8Array } as const;
type KindName = keyof typeof KINDS;

const ALIGNMENT = 8;
const aligned = (at: number): number => Math.ceil(at / ALIGNMENT) * ALIGNMENT;

interface Header<T> {
  readonly texts: T;
  readonly arrays: Readonly<Record<string, { readonly kind: KindName; readonly at: number; readonly length: number }>>;
}

/** Texts and arrays of numbers, by name, as bytes. */
export const encodeSegment = <T>(texts: T, numbers: Readonly<Record<string, Numbers>>): Uint8Array => {
  let end = 0;
  const arrays = Object.fromEntries(
    Object.entries(numbers).map(([name, array]) => {
      const at = end;
      end = aligned(end + array.byteLength);
      return [name, { kind: array.constructor.name as KindName, at, length: array.length }];
    }),
  );
  const header = new TextEncoder().encode(JSON.stringify({ texts, arrays } satisfies Header<T>));
  const start = aligned(Uint32Array.BYTES_PER_ELEMENT + header.length);
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, Uint32Array.BYTES_PER_ELEMENT);
  for (const [name, array] of Object.entries(numbers)) {
    const place = arrays[name] as { at: number };
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + place.at);
  }
  return bytes;
};

/** Errors: `SyntaxError` or `RangeError` for bytes that `encodeSegment` did not make. */
export const decodeSegment = <T, N extends Readonly<Record<string, Numbers>>>(
  stored: Uint8Array,
): { readonly texts: T; readonly numbers: N } => {
  // Arrays of numbers must lie at a multiple of their size.
  const bytes = stored.byteOffset % ALIGNMENT === 0 ? stored : stored.slice();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const from = Uint32Array.BYTES_PER_ELEMENT;
  const header: Header<T> = JSON.parse(new TextDecoder().decode(bytes.subarray(from, from + length)));
  const start = bytes.byteOffset + aligned(from + length);
  const numbers = Object.fromEntries(
    Object.entries(header.arrays).map(([name, { kind, at, length: count }]) => [
      name,
      new KINDS[kind](bytes.buffer as ArrayBuffer, start + at, count),
    ]),
  );
  return { texts: header.texts, numbers: numbers as unknown as N };
};
