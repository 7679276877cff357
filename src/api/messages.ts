import { z } from 'zod';
import { AnyObject, keptObject } from './kept-json.ts';
import { cursorParameter, limitParameter, NextCursor, NextCursorWhenAsked, orderParameter } from './lists.ts';
import { operation } from './operation.ts';
import { EXAMPLE_ID, Id, Instant, maybe, Name, StoredText, Timestamp } from './scalars.ts';
import { asTurn } from './turn.ts';

export const MAX_METADATA_BYTES = 16_384;

/** Whatever a client wants to keep beside a message; JSON text after validation. */
export const Metadata = keptObject('Metadata', MAX_METADATA_BYTES).meta({
  description: `Any JSON object of at most ${MAX_METADATA_BYTES} bytes. Numbers come back digit by digit.`,
  override: { type: 'object', additionalProperties: true },
});

/** The roles that the old server knew, and those of chat APIs beside them. */
export const OldRole = z.literal(['user', 'assistant', 'system']);
export const Role = z.literal([...OldRole.values, 'tool', 'developer', 'function']);

/** The row of the contract, exactly these six keys. */
export const Message = z
  .object({
    id: Id,
    session_id: Id,
    role: OldRole.meta({ description: 'Other roles are shown as `system`, except with `fields=all`.' }),
    content: z.string(),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'Message' });

/** The row with everything that was sent, for `fields=all`. */
export const FullMessage = Message.extend({
  role: Role,
  name: z.string().nullable(),
  metadata: AnyObject.nullable(),
}).meta({ id: 'FullMessage' });

const content = z
  .unknown()
  .optional()
  .meta({
    description:
      'Text, or a list of parts as chat APIs have them: the texts among them are joined by line breaks, the rest is kept under `metadata.source`. May be null beside `tool_calls`: the message goes by what is called, then.',
    override: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'object', additionalProperties: true }, minItems: 1 },
        { type: 'null' },
      ],
    },
  });

const turn = {
  role: Role,
  content,
  tool_calls: maybe(z.array(z.unknown())).meta({ description: 'Kept as sent, under `metadata.source`.' }),
  tool_call_id: maybe(StoredText).meta({ description: 'Likewise.' }),
  function_call: maybe(AnyObject).meta({ description: 'Likewise.' }),
  refusal: maybe(StoredText).meta({ description: 'Likewise.' }),
  audio: maybe(AnyObject).meta({ description: 'Likewise.' }),
  name: maybe(Name).meta({ description: 'Who speaks.' }),
  metadata: maybe(Metadata),
};

export const NewMessage = asTurn(
  z.object({
    ...turn,
    created_at: maybe(Instant).meta({ description: 'When it was said, for imports; now when absent.' }),
  }),
).meta({ id: 'NewMessage' });

export const ChangedMessage = asTurn(z.object(turn)).meta({ id: 'ChangedMessage' });

const FieldsParameter = z
  .string()
  .optional()
  .meta({ description: '`all` adds `name` and `metadata` to each row.', example: 'all' });

/** The fuller row first, since of two that fit the first is taken. */
const MessageRows = z.object({ messages: z.array(z.union([FullMessage, Message])) });
const MessageIds = z.array(z.string());

export const EXAMPLE_MESSAGES = [
  { role: 'user', content: 'My dog Rex hides under the bed when it thunders.' },
  { role: 'assistant', content: 'A dark, quiet corner with a blanket helps many dogs.' },
];

const StageName = z.literal(['stored', 'indexed', 'summarised', 'extracted']);

export const MessageStatus = z
  .object({
    message_id: Id,
    stage: z.union([StageName, z.literal('failed')]),
    indexed: z.boolean(),
    summarised: z.boolean(),
    extracted: z.boolean(),
    attempts: z.int(),
    reason: z.string().nullable(),
    updated_at: Timestamp,
  })
  .meta({ id: 'MessageStatus' });

/** How long an add waits for what follows it. */
export const WaitParameters = z.object({
  wait_for: z.string().optional().meta({
    description:
      'Answer when the messages are `stored` (default), `indexed`, `summarised` (in an episode) or `extracted` (read for facts). 400 for a stage that the settings turn off.',
  }),
  timeout_ms: z.string().optional().meta({ description: 'Longest wait for `wait_for`; 10000 when absent.' }),
});

export const AddedMessages = z.object({
  message_ids: z.array(Id),
  transfer_triggered: z.boolean(),
  total_messages: z.int(),
  buffer_status: z.literal('success'),
  background_queued: z.boolean().meta({
    description:
      'True: work on the messages is queued. False: the queue was full and it waits on disk; without buffers, it is done.',
  }),
  stage: StageName.optional().meta({ description: 'With `wait_for`: the stage that was waited for.' }),
  reached: z.boolean().optional().meta({ description: 'With `wait_for`: whether the stage was reached in time.' }),
});

export const messages = {
  list: operation({
    id: 'listMessages',
    method: 'get',
    path: '/sessions/{session_id}/messages',
    tag: 'messages',
    summary: 'List the messages of a session',
    access: 'read',
    query: z.object({
      limit: limitParameter,
      sort_by: z.string().optional().meta({ description: '`timestamp` (default) or `id`.', example: 'timestamp' }),
      order: orderParameter,
      buffer_only: z.string().optional().meta({
        description: '`true`: only messages still buffered. `false`: all the others. Absent: all.',
      }),
      fields: FieldsParameter,
      cursor: cursorParameter,
    }),
    success: { status: 200, data: MessageRows.extend({ next_cursor: NextCursorWhenAsked }) },
    refusals: [400, 404],
  }),
  add: operation({
    id: 'addMessages',
    example: { messages: EXAMPLE_MESSAGES },
    method: 'post',
    path: '/sessions/{session_id}/messages',
    tag: 'messages',
    summary: 'Add messages to a session',
    access: 'write',
    query: WaitParameters,
    body: z.object({ messages: z.array(NewMessage) }),
    success: {
      status: 201,
      data: AddedMessages,
    },
    refusals: [400, 404],
    creates: true,
  }),
  get: operation({
    id: 'getMessage',
    method: 'get',
    path: '/messages/{message_id}',
    tag: 'messages',
    summary: 'Get a message by its id alone, with everything that was sent; facts and episodes name messages so',
    access: 'read',
    success: { status: 200, data: z.object({ message: FullMessage }) },
    refusals: [404],
  }),
  read: operation({
    id: 'readMessages',
    example: { message_ids: [EXAMPLE_ID] },
    method: 'post',
    path: '/sessions/{session_id}/messages/read',
    tag: 'messages',
    summary: 'Read messages by id',
    access: 'read',
    query: z.object({ fields: FieldsParameter }),
    body: z.object({ message_ids: MessageIds }),
    success: { status: 200, data: MessageRows },
    refusals: [404],
  }),
  update: operation({
    id: 'updateMessages',
    example: { message_ids: [EXAMPLE_ID], new_messages: EXAMPLE_MESSAGES.slice(0, 1) },
    method: 'put',
    path: '/sessions/{session_id}/messages',
    tag: 'messages',
    summary: 'Replace messages',
    access: 'write',
    body: z.object({ message_ids: MessageIds, new_messages: z.array(ChangedMessage) }),
    success: { status: 200, data: z.object({ message_ids: z.array(Id) }) },
    refusals: [400, 404],
  }),
  delete: operation({
    id: 'deleteMessages',
    example: { message_ids: [EXAMPLE_ID] },
    method: 'delete',
    path: '/sessions/{session_id}/messages',
    tag: 'messages',
    summary: 'Delete messages',
    access: 'write',
    body: z.object({ message_ids: MessageIds }),
    success: { status: 200, data: z.object({ message_ids: z.array(Id) }) },
    refusals: [404],
  }),
  statuses: operation({
    id: 'listMessageStatuses',
    method: 'get',
    path: '/sessions/{session_id}/messages/status',
    tag: 'messages',
    summary: 'Show the stages of the background work on the messages of a session',
    access: 'read',
    query: z.object({ limit: limitParameter, cursor: cursorParameter }),
    success: { status: 200, data: z.object({ messages: z.array(MessageStatus), next_cursor: NextCursor }) },
    refusals: [400, 404],
  }),
  status: operation({
    id: 'getMessageStatus',
    method: 'get',
    path: '/messages/{message_id}/status',
    tag: 'messages',
    summary: 'Show the stage of the background work on a message',
    access: 'read',
    success: { status: 200, data: z.object({ message: MessageStatus }) },
    refusals: [404],
  }),
};
