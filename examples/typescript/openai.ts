// A bot that remembers, by the official OpenAI client. Each line of input is a conversation of one turn.
import { createInterface } from 'node:readline';
import { withMemory } from 'memfuse/openai';
import OpenAI from 'openai';

const { LLM_URL: baseURL = 'http://127.0.0.1:11434/v1', MEMFUSE_URL: baseUrl = 'http://127.0.0.1:8000' } = process.env;
const openai = withMemory(new OpenAI({ baseURL, apiKey: 'none' }), { user: 'bob', baseUrl });
for await (const content of createInterface(process.stdin)) {
  const asked = { model: 'llama3.2', messages: [{ role: 'user' as const, content }] };
  console.log((await openai.chat.completions.create(asked)).choices[0]?.message.content);
}
