import type {
  ChangedDocument,
  CorpusDocument,
  CorpusEntry,
  CorpusFacet,
  CorpusReference,
  IndexSegment,
  KeptSegment,
  KeyRange,
  MessageMetadata,
  Retraction,
} from '../../src/contract/corpus.ts';
import type { MessageVector } from '../../src/contract/vectors.ts';

type Filed = { document: CorpusDocument; readonly generation: number };
type FiledRetraction = Retraction & { readonly generation: number };

interface Memory {
  generation: number;
  /** The generation of the last new name. */
  namedAt: number;
  readonly documents: Map<string, Filed>;
  readonly retractions: FiledRetraction[];
  readonly vectors: Map<
    number,
    { readonly model: string; readonly vector: MessageVector; readonly generation: number }
  >;
}

const BATCH = 3;
/** By key, a message before the knowledge item of the same key. */
const rankOf = ({ kind, key }: CorpusReference): number => 2 * key + (kind === 'message' ? 0 : 1);
const nameOf = ({ kind, key }: CorpusReference): string => `${kind}:${key}`;

/**
 * A corpus in memory that keeps to the contract, and can be watched, held up and made to fail at each step of a catch-up.
 * Users are made when they are first written to.
 */
export class FakeCorpus implements CorpusFacet {
  /** From which generation documents were asked for, in order of asking. */
  readonly loads: { readonly userKey: number; readonly after: number }[] = [];
  /** Sessions by the agent that they are with. */
  readonly sessionsByAgent = new Map<number, number[]>();
  /** Metadata by `kind:key`, of all users. */
  readonly metadata = new Map<string, CorpusEntry['metadata']>();
  /** Told whenever metadata are read. */
  onMetadata: () => void = () => {};
  /** Awaited before each batch of documents; throw in it to make the catch-up fail. */
  beforeBatch: () => Promise<void> = async () => {};
  readonly #memories = new Map<number, Memory>();
  #segments: IndexSegment[] = [];

  /** Adds or changes documents, in one generation. */
  put(userKey: number, ...documents: readonly CorpusDocument[]): void {
    const memory = this.#memory(userKey);
    memory.generation += 1;
    for (const document of documents) {
      memory.documents.set(nameOf(document), { document, generation: memory.generation });
      if (document.kind === 'message') memory.vectors.delete(document.key);
      this.#dropSegments(userKey, document);
    }
  }

  /** Takes out what a retraction names, in one generation. */
  retract(userKey: number, ...retractions: readonly Retraction[]): void {
    const memory = this.#memory(userKey);
    memory.generation += 1;
    for (const retraction of retractions) {
      memory.retractions.push({ ...retraction, generation: memory.generation });
      for (const [name, { document }] of memory.documents) {
        const isGone =
          retraction.kind === 'session'
            ? document.sessionKey === retraction.key
            : name === nameOf(retraction as CorpusReference);
        if (!isGone) continue;
        memory.documents.delete(name);
        this.#dropSegments(userKey, document);
      }
    }
  }

  /** Makes every index of the user start over, as one is told to that is behind by more than is kept. */
  startOver(userKey: number): void {
    const memory = this.#memory(userKey);
    memory.generation += 1;
    memory.retractions.push({ kind: 'all', key: 0, generation: memory.generation });
    this.#segments = this.#segments.filter((segment) => segment.userKey !== userKey);
  }

  /** Gives the user another name: what was made of their messages is outdated. */
  rename(userKey: number, name: string): void {
    const memory = this.#memory(userKey);
    memory.generation += 1;
    memory.retractions.push({ kind: 'names', key: 0, generation: memory.generation });
    memory.namedAt = memory.generation;
    for (const filed of memory.documents.values()) {
      if (filed.document.role === 'user') filed.document = { ...filed.document, usualSpeaker: name };
    }
  }

  /** Removes the user. */
  drop(userKey: number): void {
    this.#memories.delete(userKey);
    this.#segments = this.#segments.filter((segment) => segment.userKey !== userKey);
  }

  /** Puts other bytes in the place of each kept segment, as a failing disk does. */
  damageSegments(damaged: (bytes: Uint8Array) => Uint8Array): void {
    this.#segments = this.#segments.map((segment) => ({ ...segment, bytes: damaged(segment.bytes) }));
  }

  /** Everything the user has now. */
  all(userKey: number): CorpusDocument[] {
    return [...this.#memory(userKey).documents.values()].map(({ document }) => document);
  }

  async generation(_tenantKey: number, userKey: number): Promise<number | null> {
    return this.#memories.get(userKey)?.generation ?? null;
  }

  async retractions(_tenantKey: number, userKey: number, after: number, upTo: number): Promise<Retraction[]> {
    return this.#memory(userKey).retractions.filter(({ generation }) => generation > after && generation <= upTo);
  }

  async *documents(
    _tenantKey: number,
    userKey: number,
    after: number,
    { firstKey, lastKey }: KeyRange = { firstKey: 0, lastKey: Number.MAX_SAFE_INTEGER },
  ): AsyncGenerator<readonly ChangedDocument[]> {
    this.loads.push({ userKey, after });
    let place = { generation: after, rank: Number.POSITIVE_INFINITY };
    for (;;) {
      await this.beforeBatch();
      const later = [...this.#memory(userKey).documents.values()]
        .filter(({ generation, document }) => {
          const { kind, key } = document;
          if (kind === 'message' ? key < firstKey || key > lastKey : lastKey < Number.MAX_SAFE_INTEGER) return false;
          return generation > place.generation || (generation === place.generation && rankOf(document) > place.rank);
        })
        .sort((a, b) => a.generation - b.generation || rankOf(a.document) - rankOf(b.document))
        .slice(0, BATCH);
      const last = later.at(-1);
      if (!last) return;
      place = { generation: last.generation, rank: rankOf(last.document) };
      yield later.map(({ document, generation }) => ({ ...document, generation }));
    }
  }

  /** Files a vector of a message, in a generation of its own. */
  putVector(userKey: number, model: string, vector: MessageVector): void {
    const memory = this.#memory(userKey);
    memory.generation += 1;
    memory.vectors.set(vector.key, { model, vector, generation: memory.generation });
  }

  async *vectors(
    _tenantKey: number,
    userKey: number,
    model: string,
    after: number,
  ): AsyncGenerator<readonly MessageVector[]> {
    const { vectors, documents } = this.#memory(userKey);
    const later = [...vectors.values()]
      .filter(
        (filed) => filed.model === model && filed.generation > after && documents.has(`message:${filed.vector.key}`),
      )
      .sort((a, b) => a.generation - b.generation);
    for (let from = 0; from < later.length; from += BATCH) {
      yield later.slice(from, from + BATCH).map(({ vector }) => vector);
    }
  }

  async segments(_tenantKey: number, userKey: number, maker: string): Promise<KeptSegment[]> {
    const { namedAt } = this.#memory(userKey);
    const own = this.#segments.filter((segment) => segment.userKey === userKey && segment.maker === maker);
    const kept = own.map(({ firstKey, lastKey, generation }) => {
      return { firstKey, lastKey, isOutdated: generation < namedAt };
    });
    return kept.sort((a, b) => a.lastKey - b.lastKey);
  }

  async readSegment(_tenantKey: number, userKey: number, { firstKey, lastKey }: KeyRange): Promise<Uint8Array | null> {
    const isAsked = (kept: IndexSegment): boolean =>
      kept.userKey === userKey && kept.firstKey === firstKey && kept.lastKey === lastKey;
    return this.#segments.find(isAsked)?.bytes ?? null;
  }

  async saveSegment(segment: IndexSegment): Promise<boolean> {
    const { userKey, firstKey, lastKey, generation } = segment;
    const memory = this.#memories.get(userKey);
    if (!memory) return false;
    this.#segments = this.#segments.filter((kept) => kept.userKey !== userKey || kept.maker === segment.maker);
    const holds = ({ kind, key }: CorpusReference): boolean => kind === 'message' && key >= firstKey && key <= lastKey;
    const isRefused =
      memory.retractions.some((retraction) => retraction.generation > generation) ||
      [...memory.documents.values()].some((filed) => filed.generation > generation && holds(filed.document)) ||
      this.#segments.some(
        (kept) =>
          kept.userKey === userKey &&
          kept.lastKey >= firstKey &&
          kept.firstKey <= lastKey &&
          (kept.firstKey < firstKey || kept.lastKey > lastKey),
      );
    if (isRefused) return false;
    this.#segments = this.#segments.filter(
      (kept) => kept.userKey !== userKey || kept.firstKey < firstKey || kept.lastKey > lastKey,
    );
    this.#segments.push(segment);
    return true;
  }

  /** A change of a message takes the segment that it is in. */
  #dropSegments(userKey: number, { kind, key }: CorpusReference): void {
    if (kind !== 'message') return;
    this.#segments = this.#segments.filter(
      (kept) => kept.userKey !== userKey || key < kept.firstKey || key > kept.lastKey,
    );
  }

  async sessionsOfAgent(_tenantKey: number, _userKey: number, agentKey: number): Promise<number[]> {
    return this.sessionsByAgent.get(agentKey) ?? [];
  }

  async metadataOf(_tenantKey: number, userKey: number, keys: readonly number[]): Promise<MessageMetadata[]> {
    this.onMetadata();
    const { documents } = this.#memory(userKey);
    return keys.flatMap((key) => {
      const metadata = documents.has(`message:${key}`) ? this.metadata.get(`message:${key}`) : null;
      return metadata ? [{ key, metadata, source: null }] : [];
    });
  }

  async fetch(_tenantKey: number, userKey: number, references: readonly CorpusReference[]): Promise<CorpusEntry[]> {
    const { documents } = this.#memory(userKey);
    return references.flatMap((reference) => {
      const document = documents.get(nameOf(reference))?.document;
      if (!document) return [];
      const { kind, key, sequence, content, role, name, createdAt } = document;
      const session = document.sessionKey === null ? null : { id: `s${document.sessionKey}`, name: '', agentId: '' };
      return [
        {
          kind,
          key,
          id: nameOf(document),
          sequence,
          content,
          role,
          name,
          metadata: this.metadata.get(nameOf(document)) ?? null,
          source: null,
          session,
          createdAt,
          updatedAt: createdAt,
        },
      ];
    });
  }

  #memory(userKey: number): Memory {
    let memory = this.#memories.get(userKey);
    if (!memory) {
      memory = { generation: 0, documents: new Map(), retractions: [], vectors: new Map(), namedAt: 0 };
      this.#memories.set(userKey, memory);
    }
    return memory;
  }
}

/** A message that nobody in particular said. */
export const message = (key: number, content: string, more: Partial<CorpusDocument> = {}): CorpusDocument => ({
  kind: 'message',
  key,
  sessionKey: 1,
  sequence: key,
  role: 'user',
  name: null,
  usualSpeaker: null,
  content,
  createdAt: key,
  ...more,
});

/** A knowledge item. */
export const knowledge = (key: number, content: string): CorpusDocument =>
  message(key, content, { kind: 'knowledge', sessionKey: null, sequence: null, role: null });
