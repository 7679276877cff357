import { KINDS, type Kinds, TASK_KINDS, type TaskKind } from '../../contract/kinds.ts';

/** The settings that turn kinds of background work on and off. */
export interface KindSettings {
  readonly memory: { readonly episodes: { readonly enabled: boolean }; readonly facts: { readonly enabled: boolean } };
  readonly webhooks: { readonly url?: string | undefined };
}

/** Whether the settings let a kind of background work be done. */
export const isSwitchedOn = (kind: TaskKind, { memory: { episodes, facts }, webhooks }: KindSettings): boolean => {
  switch (kind) {
    case 'index':
      return true;
    case 'summarise':
      return episodes.enabled;
    case 'extract':
      return facts.enabled;
    case 'notify':
      return webhooks.url !== undefined;
    default:
      return kind satisfies never;
  }
};

/** The kinds of work that new messages give: of those that the store has. */
export const kindsSwitchedOn = (settings: KindSettings, ofStore: readonly TaskKind[]): TaskKind[] =>
  TASK_KINDS.filter((kind) => ofStore.includes(kind) && isSwitchedOn(kind, settings));

/** The rules of those kinds. */
export const rulesSwitchedOn = (settings: KindSettings, ofStore: readonly TaskKind[]): Kinds =>
  Object.fromEntries(kindsSwitchedOn(settings, ofStore).map((kind) => [kind, KINDS[kind]]));
