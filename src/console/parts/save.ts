/** Reads a stream to its end, telling how many bytes have come, and has the browser save it under a name. */
export const save = async (
  stream: ReadableStream<Uint8Array>,
  name: string,
  told: (bytes: number) => void,
): Promise<void> => {
  const reader = stream.getReader();
  const pieces: BlobPart[] = [];
  let bytes = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    pieces.push(value as BlobPart);
    bytes += value.length;
    told(bytes);
  }
  const address = URL.createObjectURL(new Blob(pieces, { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
};
