// A bot that remembers, by LangGraph: its node searches the graph's store and puts into it what the user says.
import { createInterface } from 'node:readline';
import { getStore, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { MemFuseStore } from 'memfuse/langgraph';
import OpenAI from 'openai';

const { LLM_URL: baseURL = 'http://127.0.0.1:11434/v1', MEMFUSE_URL: baseUrl = 'http://127.0.0.1:8000' } = process.env;
const openai = new OpenAI({ baseURL, apiKey: 'none' });
const answer = async ({ messages }: typeof MessagesAnnotation.State) => {
  const said = `${messages.at(-1)?.content}`;
  const known = (await getStore()?.search(['said'], { query: said })) ?? [];
  await getStore()?.put(['said'], crypto.randomUUID(), { said });
  const content = [...known.map(({ value }) => `The user said before: ${value['said']}`), said].join('\n');
  const asked = { model: 'llama3.2', messages: [{ role: 'user' as const, content }] };
  const { choices } = await openai.chat.completions.create(asked);
  return { messages: [{ role: 'assistant', content: choices[0]?.message.content ?? '' }] };
};
const store = new MemFuseStore({ user: 'carol', baseUrl });
const graph = new StateGraph(MessagesAnnotation).addNode('answer', answer).addEdge(START, 'answer').compile({ store });
for await (const content of createInterface(process.stdin)) {
  console.log((await graph.invoke({ messages: [{ role: 'user', content }] })).messages.at(-1)?.content);
}
