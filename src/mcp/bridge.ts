import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** Of JSON-RPC: the server failed. */
const INTERNAL_ERROR = -32603;

export interface BridgeOptions {
  /** Finds a server, or starts one, and answers its address. Asked again when that server is gone. */
  readonly findServer: () => Promise<string>;
  /** Headers of every request: who asks, and whose memory it is. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The server has refused a message, and says why. */
class Refused extends Error {}

/** Whether nothing can have come of a request, since there was nobody to take it. */
const isUntaken = (error: unknown): boolean => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return [code, cause?.code].some((one) => one === 'ConnectionRefused' || one === 'ECONNREFUSED');
};

const sentenceIn = (text: string): string | null => {
  try {
    const { message, errors } = JSON.parse(text) as { message?: string; errors?: { message: string }[] };
    return errors?.[0]?.message ?? message ?? null;
  } catch {
    return null;
  }
};

/**
 * Speaks the Model Context Protocol on the standard streams, by a server that speaks it over HTTP. Resolves when the client has
 * closed its stream and has all answers. Errors: those of finding a server for the first time.
 */
export const bridgeStdio = async ({ findServer, headers }: BridgeOptions): Promise<void> => {
  let origin = await findServer();
  const transport = new StdioServerTransport();
  const underWay = new Set<Promise<void>>();
  const closed = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve);
  });

  const post = async (message: JSONRPCMessage): Promise<Response> => {
    const send = () =>
      fetch(`${origin}/mcp`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(message),
      });
    try {
      return await send();
    } catch (error) {
      if (!isUntaken(error)) throw error;
      origin = await findServer();
      return send();
    }
  };

  const exchange = async (message: JSONRPCMessage): Promise<void> => {
    const answer = await post(message);
    const text = await answer.text();
    if (!answer.ok) throw new Refused(sentenceIn(text) ?? `The server answered ${answer.status}.`);
    if (text !== '') await transport.send(JSON.parse(text) as JSONRPCMessage);
  };

  const forward = async (message: JSONRPCMessage): Promise<void> => {
    try {
      await exchange(message);
    } catch (error) {
      const reason = error instanceof Refused ? error.message : `The server at ${origin} does not answer.`;
      console.error(reason);
      if (!('method' in message && 'id' in message)) return;
      await transport.send({ jsonrpc: '2.0', id: message.id, error: { code: INTERNAL_ERROR, message: reason } });
    }
  };

  transport.onmessage = (message) => {
    const forwarding = forward(message).finally(() => underWay.delete(forwarding));
    underWay.add(forwarding);
  };
  transport.onerror = (error) => console.error(`A line is no message of the protocol: ${error.message}`);
  await transport.start();
  await closed;
  await Promise.all(underWay);
};
