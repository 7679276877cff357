// Model files are imported as paths, which also hold within the single binary:
// `await import('./x.safetensors', { with: { type: 'file' } })`.
declare module '*.safetensors' {
  const path: string;
  export default path;
}
