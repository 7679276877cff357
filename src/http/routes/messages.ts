import { messages } from '../../api/messages.ts';
import { notFound } from '../../contract/errors.ts';
import type { MessageRecord, Scope } from '../../contract/records.ts';
import type { HttpDependencies } from '../context.ts';
import { created, ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { createLimits } from '../limits.ts';
import { parseChoice, parseFlag, parseLimit } from '../list-parameters.ts';
import { presentMessage } from '../present.ts';
import type { Router } from '../route.ts';

export const registerMessages = (route: Router, { services, settings, clock }: HttpDependencies): void => {
  const { store, memory } = services;
  const limits = createLimits(settings);

  const isFull = (fields: string | undefined): boolean =>
    parseChoice('fields', fields, ['default', 'all'], 'default') === 'all';
  const rows = (records: readonly MessageRecord[], full: boolean) => ({
    messages: records.map((record) => presentMessage(record, full)),
  });
  const checkContents = (field: string, items: readonly { readonly content: string }[]): void => {
    items.forEach(({ content }, i) => {
      limits.text([field, i, 'content'], content);
    });
  };
  const assertSession = async (scope: Scope, id: string): Promise<void> => {
    if (!(await store.sessions.get(scope, id))) throw notFound('session', id);
  };

  route(messages.list, async ({ caller: { scope }, param, query }) => {
    const limit = parseLimit(query.limit);
    const sortBy = parseChoice('sort_by', query.sort_by, ['timestamp', 'id'], 'timestamp');
    const order = parseChoice('order', query.order, ['asc', 'desc'], 'desc');
    const bufferOnly = parseFlag('buffer_only', query.buffer_only);
    const full = isFull(query.fields);
    const sessionId = param('session_id');
    if (bufferOnly) {
      // There are no buffers yet, so no message is only in one.
      await assertSession(scope, sessionId);
      return ok('Messages retrieved successfully', { messages: [] });
    }
    const records = await store.messages.list(scope, sessionId, { limit, sortBy, order });
    return ok('Messages retrieved successfully', rows(records, full));
  });

  route(messages.add, async ({ caller: { scope }, param, body, once }) => {
    checkContents('messages', body.messages);
    const incoming = body.messages.map(({ role, content, created_at, name, metadata }) => ({
      role,
      content,
      name: name ?? null,
      metadata: metadata ?? null,
      createdAt: created_at ?? null,
    }));
    const { ids, replayed } = await memory.processBatch(scope, param('session_id'), incoming, once);
    const data = {
      message_ids: ids,
      transfer_triggered: false,
      total_messages: ids.length,
      buffer_status: 'success',
    };
    return created('Messages added successfully', data, replayed);
  });

  route(messages.read, async ({ caller: { scope }, param, query, body }) => {
    const full = isFull(query.fields);
    const records = await store.messages.read(scope, param('session_id'), body.message_ids);
    return ok('Messages read successfully', rows(records, full));
  });

  route(messages.update, async ({ caller: { scope }, param, body }) => {
    const { message_ids: ids, new_messages: contents } = body;
    checkContents('new_messages', contents);
    if (ids.length !== contents.length) {
      const text = `Number of message IDs and new messages must match: ${ids.length} IDs, ${contents.length} messages`;
      throw refuse(400, 'message_ids', 'Number of message IDs and new messages must match', text);
    }
    const changes = ids.flatMap((id, i) => {
      const content = contents[i];
      // Null and absent mean the same: keep what is there.
      return content
        ? [{ ...content, id, name: content.name ?? undefined, metadata: content.metadata ?? undefined }]
        : [];
    });
    await store.messages.update(scope, param('session_id'), changes, clock.now());
    return ok('Messages updated successfully', { message_ids: ids });
  });

  route(messages.delete, async ({ caller: { scope }, param, body }) => {
    await store.messages.delete(scope, param('session_id'), body.message_ids, clock.now());
    return ok('Messages deleted successfully', { message_ids: body.message_ids });
  });
};
