import { knowledge } from '../../api/knowledge.ts';
import type { HttpDependencies } from '../context.ts';
import { created, ok } from '../envelope.ts';
import { refuse } from '../errors.ts';
import { createLimits } from '../limits.ts';
import { listAnswer } from '../lists.ts';
import { presentKnowledge } from '../present.ts';
import type { Router } from '../route.ts';

export const registerKnowledge = (route: Router, { services, clock, ids }: HttpDependencies): void => {
  const { store, config } = services;
  const limits = createLimits(() => config.current.server);

  const checkContents = (field: string, contents: readonly string[]): void => {
    contents.forEach((content, i) => {
      limits.text([field, i], content);
    });
  };

  const shown = {
    name: 'knowledge',
    message: 'Knowledge items retrieved successfully',
    present: presentKnowledge,
  } as const;
  route(knowledge.list, ({ caller, param, query, url }) =>
    listAnswer({ query, url }, shown, (page) => store.knowledge.list(caller.scope, param('user_id'), page)),
  );

  route(knowledge.add, async ({ caller, param, body, once }) => {
    checkContents('knowledge', body.knowledge);
    const items = body.knowledge.map((content) => ({ id: ids.uuid(), content }));
    const made = await store.knowledge.add(caller.scope, param('user_id'), items, clock.now(), once);
    return created('Knowledge items added successfully', { knowledge_ids: made.ids }, made.replayed);
  });

  route(knowledge.read, async ({ caller, param, body }) => {
    const records = await store.knowledge.read(caller.scope, param('user_id'), body.knowledge_ids);
    return ok('Knowledge items retrieved successfully', { knowledge: records.map(presentKnowledge) });
  });

  route(knowledge.update, async ({ caller, param, body }) => {
    const { knowledge_ids: itemIds, new_knowledge: contents } = body;
    checkContents('new_knowledge', contents);
    if (contents.length < itemIds.length) {
      const text = `There are ${itemIds.length} knowledge IDs and only ${contents.length} new texts. Send one text for each ID.`;
      throw refuse(400, 'new_knowledge', text);
    }
    // Texts over the number of ids are passed over: the contract's own tests send one too many.
    const changes = itemIds.map((id, i) => ({ id, content: contents[i] ?? '' }));
    const changed = await store.knowledge.update(caller.scope, param('user_id'), changes, clock.now());
    return ok('Knowledge items updated successfully', { knowledge_ids: changed });
  });

  route(knowledge.delete, async ({ caller, param, body }) => {
    const deleted = await store.knowledge.delete(caller.scope, param('user_id'), body.knowledge_ids);
    return ok('Knowledge items deleted successfully', { knowledge_ids: deleted });
  });
};
