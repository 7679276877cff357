import { Button } from '@radix-ui/themes';
import { useServer } from '../server.ts';
import { Confirm } from './confirm.tsx';
import { Correct } from './correct.tsx';
import type { Fact } from './fact-card.tsx';
import { History } from './history.tsx';
import { useFactChange } from './use-fact-change.ts';

/** What a person may do with a fact. */
export const FactActions = ({ fact }: { fact: Fact }) => {
  const { api } = useServer();
  const remove = useFactChange(fact.user_id, () => api.call('deleteFact', { path: { fact_id: fact.id } }));
  return (
    <>
      <History fact={fact} />
      <Correct fact={fact} />
      <Confirm
        title="Delete this fact?"
        text={`“${fact.text}” goes with its history, and does not come back from the same messages. The messages stay.`}
        yes="Delete"
        change={remove}
      >
        <Button size="1" variant="ghost" color="red">
          Delete
        </Button>
      </Confirm>
    </>
  );
};
