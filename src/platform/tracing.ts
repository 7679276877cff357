/** Facts of a span: ids, sizes, names of kinds. Never the text of a message. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** Where a span stands, for others to link to. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span that is open. */
export interface OpenSpan {
  rename(name: string): void;
  set(facts: SpanFacts): void;
  /** Says that what it stands for went wrong; an error that is thrown says so by itself. */
  fail(): void;
}

export interface SpanOptions {
  readonly facts?: SpanFacts;
  /** It is no part of what goes on around it, and begins a trace of its own: the background, which a timer of a request may have started. */
  readonly isApart?: boolean;
  /** The header `traceparent` of a request: the span of whoever sent it is the parent. */
  readonly sentBy?: string | null;
  /** Spans that caused it. */
  readonly links?: readonly SpanPlace[];
}

/** Spans of what the server does, for OpenTelemetry. */
export interface Tracing {
  /** Whether spans go anywhere. */
  readonly isOn: boolean;
  /** Runs work in a span, which ends with it. Answers what the work answers; errors: those of the work. */
  span<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => T): T;
  /** The span around; null when there is none. */
  current(): SpanPlace | null;
  /** Sends what has not been sent, within some seconds. Never fails. */
  close(): Promise<void>;
}

const NO_SPAN: OpenSpan = { rename: () => {}, set: () => {}, fail: () => {} };

/** No spans: nothing is loaded, and nothing is done but the work. */
export const NO_TRACING: Tracing = {
  isOn: false,
  span: (_name, _options, work) => work(NO_SPAN),
  current: () => null,
  close: async () => {},
};
