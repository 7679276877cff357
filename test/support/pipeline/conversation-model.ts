import { MARKS } from './fake-workers.ts';

export interface ModelMessage {
  readonly id: string;
  readonly sequence: number;
  content: string;
}

/** One session by what a client knows of it. */
export class ConversationModel {
  /** Those that are there, in order. */
  messages: ModelMessage[] = [];
  /** The ids of messages that were once not buffered any more. */
  readonly taken = new Set<string>();
  /** Contents that no answer may show again. */
  readonly gone: string[] = [];
  #lastSequence = 0;

  add(ids: readonly string[], contents: readonly string[]): void {
    contents.forEach((content, i) => {
      this.#lastSequence += 1;
      this.messages.push({ id: ids[i] ?? 'no id', sequence: this.#lastSequence, content });
    });
  }

  update(ids: readonly string[], content: string): void {
    for (const message of this.messages) {
      if (!ids.includes(message.id)) continue;
      this.gone.push(message.content);
      message.content = content;
    }
  }

  remove(ids: readonly string[]): void {
    for (const { id, content } of this.messages) if (ids.includes(id)) this.gone.push(content);
    this.messages = this.messages.filter(({ id }) => !ids.includes(id));
  }

  /** Those that no Worker can ever index. */
  get poisonous(): ModelMessage[] {
    return this.messages.filter(({ content }) => Object.values(MARKS).some((mark) => content.includes(mark)));
  }
}
