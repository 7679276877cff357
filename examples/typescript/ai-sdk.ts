// A bot that remembers, by the AI SDK. Each line of input is a conversation of one turn: what it knows, it remembers.
import { createInterface } from 'node:readline';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, wrapLanguageModel } from 'ai';
import { memory } from 'memfuse/ai-sdk';

const { LLM_URL: baseURL = 'http://127.0.0.1:11434/v1', MEMFUSE_URL: baseUrl = 'http://127.0.0.1:8000' } = process.env;
const llm = createOpenAICompatible({ name: 'local', baseURL })('llama3.2');
const model = wrapLanguageModel({ model: llm, middleware: memory({ user: 'alice', baseUrl }) });
for await (const prompt of createInterface(process.stdin)) {
  console.log((await generateText({ model, prompt })).text);
}
