/** Element types of a tensor, by the names that the safetensors format gives them. */
const ELEMENTS = { I8: Int8Array, U8: Uint8Array, U16: Uint16Array, F32: Float32Array } as const;

type Elements = typeof ELEMENTS;
type Header = Readonly<Record<string, { dtype?: unknown; shape?: unknown; data_offsets?: unknown }>>;

/** A file of named arrays, little-endian: https://github.com/huggingface/safetensors#format. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** The bytes behind the header, all tensors in a row. */
  readonly data: Uint8Array;
  /** A view on a tensor's elements. Errors when it is missing, of another type or shape, or cut off. */
  tensor<T extends keyof Elements>(name: string, type: T, shape: readonly number[]): InstanceType<Elements[T]>;
  /** The shape of a tensor. Errors when it is missing. */
  shape(name: string): readonly number[];
}

const LENGTH_BYTES = 8;

/** Errors when the bytes are not such a file. Tensors are looked at when they are asked for. */
export const parseTensorFile = (bytes: Uint8Array<ArrayBuffer>): TensorFile => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + headerBytes;
  if (dataStart > bytes.byteLength) throw new Error('The file ends within its header.');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, dataStart))) as Header;
  const entry = (name: string): { dtype: unknown; shape: number[]; start: number; end: number } => {
    const { dtype, shape, data_offsets: offsets } = header[name] ?? {};
    if (!Array.isArray(shape) || !Array.isArray(offsets)) throw new Error(`The file has no tensor "${name}".`);
    return { dtype, shape, start: dataStart + Number(offsets[0]), end: dataStart + Number(offsets[1]) };
  };
  return {
    metadata: (header['__metadata__'] ?? {}) as Record<string, string>,
    data: bytes.subarray(dataStart),
    shape: (name) => entry(name).shape,
    tensor: (name, type, shape) => {
      const found = entry(name);
      const Elements = ELEMENTS[type];
      const count = shape.reduce((product, side) => product * side, 1);
      const fits =
        found.dtype === type &&
        String(found.shape) === String(shape) &&
        found.end - found.start === count * Elements.BYTES_PER_ELEMENT;
      if (!fits) throw new Error(`The tensor "${name}" is ${found.dtype} [${found.shape}], not ${type} [${shape}].`);
      if (found.end > bytes.byteLength) throw new Error(`The file ends within the tensor "${name}".`);
      return new Elements(bytes.buffer, bytes.byteOffset + found.start, count) as InstanceType<Elements[typeof type]>;
    },
  };
};

/** A tensor to be written. */
export interface Tensor {
  readonly name: string;
  readonly type: keyof Elements;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * The file's bytes. Tensors lie in the order given: put those of the widest elements first, so that each starts at a
 * multiple of its element's size.
 */
export const formatTensorFile = (tensors: readonly Tensor[], metadata: Record<string, string>): Uint8Array => {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, type, shape, bytes } of tensors) {
    header[name] = { dtype: type, shape, data_offsets: [offset, offset + bytes.byteLength] };
    offset += bytes.byteLength;
  }
  const json = JSON.stringify(header);
  const headerBytes = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(headerBytes.byteLength));
  return Buffer.concat([length, headerBytes, ...tensors.map(({ bytes }) => bytes)]);
};
