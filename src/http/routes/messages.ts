import { messages } from '../../api/messages.ts';
import { formatInstant } from '../../api/scalars.ts';
import type { MessageLocation } from '../../contract/messages.ts';
import type { Outstanding } from '../../contract/outbox.ts';
import type { MessageRecord, Scope } from '../../contract/records.ts';
import { stageOf } from '../../memory/stages.ts';
import { createAdding } from '../adding.ts';
import type { HttpDependencies } from '../context.ts';
import { created, ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { parseChoice, parseFlag, parseWaitFor } from '../list-parameters.ts';
import { linkTo, pageAnswer, pageAsked } from '../lists.ts';
import { presentFullMessage, presentMessage } from '../present.ts';
import type { Router } from '../route.ts';

export const registerMessages = (route: Router, { services, clock }: HttpDependencies): void => {
  const { store, config } = services;
  const adding = createAdding(() => config.current.server);

  const isFull = (fields: string | undefined): boolean =>
    parseChoice('fields', fields, ['default', 'all'], 'default') === 'all';
  const rows = (records: readonly MessageRecord[], full: boolean) => ({
    messages: records.map((record) => presentMessage(record, full)),
  });
  route(messages.list, async ({ caller: { scope }, param, query, url }) => {
    const page = pageAsked(query);
    const sortBy = parseChoice('sort_by', query.sort_by, ['timestamp', 'id'], 'timestamp');
    const order = parseChoice('order', query.order, ['asc', 'desc'], 'desc');
    const buffered = parseFlag('buffer_only', query.buffer_only);
    const full = isFull(query.fields);
    const found = await store.messages.list(scope, param('session_id'), { sortBy, order, buffered }, page);
    const shown = {
      name: 'messages',
      message: 'Messages retrieved successfully',
      present: (record: MessageRecord) => presentMessage(record, full),
    } as const;
    return pageAnswer({ query, url }, shown, found);
  });

  route(messages.add, async ({ caller: { scope }, param, query, body, once }) => {
    adding.assertSizes('messages', body.messages);
    const waitFor = parseWaitFor(query.wait_for, query.timeout_ms, services.kinds());
    const sessionId = param('session_id');
    const added = await services.addBatch(scope, sessionId, adding.incoming(body.messages), once, waitFor);
    return created('Messages added successfully', adding.present(added, waitFor), added.replayed);
  });

  route(messages.read, async ({ caller: { scope }, param, query, body }) => {
    const full = isFull(query.fields);
    const records = await store.messages.read(scope, param('session_id'), body.message_ids);
    return ok('Messages read successfully', rows(records, full));
  });

  route(messages.update, async ({ caller: { scope }, param, body }) => {
    const { message_ids: ids, new_messages: contents } = body;
    adding.assertSizes('new_messages', contents);
    if (ids.length !== contents.length) {
      const text = `Number of message IDs and new messages must match: ${ids.length} IDs, ${contents.length} messages`;
      throw refuse(400, 'message_ids', 'Number of message IDs and new messages must match', text);
    }
    const changes = ids.flatMap((id, i) => {
      const content = contents[i];
      // Null and absent mean the same: keep what is there.
      if (!content) return [];
      return [{ ...content, id, name: content.name ?? undefined, metadata: content.metadata ?? undefined }];
    });
    await store.messages.update(scope, param('session_id'), changes, clock.now());
    return ok('Messages updated successfully', { message_ids: ids });
  });

  route(messages.delete, async ({ caller: { scope }, param, body }) => {
    await store.messages.delete(scope, param('session_id'), body.message_ids, clock.now());
    return ok('Messages deleted successfully', { message_ids: body.message_ids });
  });

  const presentStatus = ({ id, sequence, updatedAt }: MessageLocation, outstanding: readonly Outstanding[]) => {
    const { stage, indexed, summarised, extracted, attempts, reason, changedAt } = stageOf(
      sequence,
      outstanding,
      services.kinds(),
    );
    const updated_at = formatInstant(changedAt ?? updatedAt);
    return { message_id: id, stage, indexed, summarised, extracted, attempts, reason, updated_at };
  };

  route(messages.statuses, async ({ caller: { scope }, param, query, url }) => {
    const sessionId = param('session_id');
    const { rows: locations, next } = await store.messages.locations(scope, sessionId, pageAsked(query));
    const range = { firstSequence: locations[0]?.sequence ?? 0, lastSequence: locations.at(-1)?.sequence ?? 0 };
    const outstanding = await store.outbox.outstanding(scope, sessionId, range);
    const statuses = locations.map((location) => presentStatus(location, outstanding));
    const data = { messages: statuses, next_cursor: next };
    return ok('Message statuses retrieved successfully', data, linkTo(url, next));
  });

  const locate = async (scope: Scope, id: string): Promise<MessageLocation> => {
    const location = await store.messages.location(scope, id);
    if (!location) throw refuse(404, 'message_id', `Message with ID '${id}' not found`);
    return location;
  };

  route(messages.get, async ({ caller: { scope }, param }) => {
    const id = param('message_id');
    const { sessionId } = await locate(scope, id);
    const [record] = await store.messages.read(scope, sessionId, [id]);
    if (!record) throw refuse(404, 'message_id', `Message with ID '${id}' not found`);
    return ok('Message retrieved successfully', { message: presentFullMessage(record) });
  });

  route(messages.status, async ({ caller: { scope }, param }) => {
    const location = await locate(scope, param('message_id'));
    const range = { firstSequence: location.sequence, lastSequence: location.sequence };
    const outstanding = await store.outbox.outstanding(scope, location.sessionId, range);
    return ok('Message status retrieved successfully', { message: presentStatus(location, outstanding) });
  });
};
