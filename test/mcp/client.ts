import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The official client, connected over HTTP. It checks structured results against the schema that the server gives. */
export const connectOverHttp = async (
  origin: string,
  { headers = {}, search = '' }: { headers?: Record<string, string>; search?: string } = {},
): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${origin}/mcp${search}`), { requestInit: { headers } });
  // The client's own types do not hold under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client['connect']>[0]);
  // It checks results by the schemas that it has seen.
  await client.listTools();
  return client;
};

export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly data: any;
}

/** Calls a tool, and takes its answer apart. */
export const callTool = async (
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<ToolResult> => {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  const [{ text }] = content as [{ text: string }];
  return { isError: isError === true, text, data: structuredContent };
};
