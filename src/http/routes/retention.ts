import { retention } from '../../api/retention.ts';
import type { Scope } from '../../contract/records.ts';
import { policyInForce } from '../../services/retention-policy.ts';
import type { HttpDependencies } from '../context.ts';
import { ok } from '../envelope.ts';
import type { Router } from '../route.ts';

export const registerRetention = (route: Router, { services, clock }: HttpDependencies): void => {
  const { store, config } = services;

  const present = async (scope: Scope, userId: string) => {
    const own = await store.retention.get(scope, userId);
    const { messagesDays, halfLifeDays } = policyInForce(config.current, own);
    return {
      retention: {
        messages_days: own.messagesDays,
        half_life_days: own.halfLifeDays,
        in_force: { messages_days: messagesDays, half_life_days: halfLifeDays },
      },
    };
  };

  route(retention.get, async ({ caller: { scope }, param }) =>
    ok('Retention retrieved successfully', await present(scope, param('user_id'))),
  );
  route(retention.set, async ({ caller: { scope }, param, body }) => {
    const policy = { messagesDays: body.messages_days, halfLifeDays: body.half_life_days };
    await store.retention.set(scope, param('user_id'), policy, clock.now());
    return ok('Retention updated successfully', await present(scope, param('user_id')));
  });
};
