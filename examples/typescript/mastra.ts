// A bot that remembers, by Mastra. Each line of input is a conversation of one turn.
import { createInterface } from 'node:readline';
import { Agent } from '@mastra/core/agent';
import { memory } from 'memfuse/mastra';

const { LLM_URL: url = 'http://127.0.0.1:11434/v1', MEMFUSE_URL: baseUrl = 'http://127.0.0.1:8000' } = process.env;
const remembering = [memory({ user: 'dora', baseUrl })];
const processors = { inputProcessors: remembering, outputProcessors: remembering };
const model = { id: 'local/llama3.2' as const, url, apiKey: 'none' };
const agent = new Agent({ id: 'bot', name: 'bot', instructions: 'Be brief.', model, ...processors });
for await (const line of createInterface(process.stdin)) {
  console.log((await agent.generate(line)).text);
}
