// Prompts are imported as text: `import prompt from './prompt.md' with { type: 'text' }`.
declare module '*.md' {
  const text: string;
  export default text;
}
