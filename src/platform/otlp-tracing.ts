// The official SDK, which this file alone knows; it is loaded only where an endpoint is named.
import { context, isSpanContextValid, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { serviceResource, shutDown, tellProblems } from './otlp.ts';
import type { OpenSpan, SpanOptions, Tracing } from './tracing.ts';

const SAMPLED = 1;

const openSpan = (span: Span): OpenSpan => ({
  rename: (name) => void span.updateName(name),
  set: (facts) => void span.setAttributes(facts),
  fail: () => void span.setStatus({ code: SpanStatusCode.ERROR }),
});

/** Ends a span with an error, of which its kind alone is told: a message may hold what somebody said. */
const failed = (span: Span, error: unknown): void => {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
  span.end();
};

/** Spans that go to the endpoint of `OTEL_EXPORTER_OTLP_ENDPOINT`, as JSON over HTTP, some at a time; those that find no room are dropped. */
export const openOtlpTracing = (version: string, onProblem: (reason: string) => void): Tracing => {
  tellProblems(onProblem);
  const provider = new TracerProvider({
    resource: serviceResource(version),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = provider.getTracer('memfuse', version);

  const around = ({ isApart = false, sentBy }: SpanOptions) => {
    if (isApart) return ROOT_CONTEXT;
    const parent = sentBy ? parseTraceParent(sentBy) : null;
    return parent && isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : context.active();
  };

  return {
    isOn: true,
    span: (name, options, work) => {
      const links = (options.links ?? []).map((place) => ({ context: { ...place, traceFlags: SAMPLED } }));
      const parent = around(options);
      const span = tracer.startSpan(name, { attributes: options.facts ?? {}, links }, parent);
      try {
        const result = context.with(trace.setSpan(parent, span), () => work(openSpan(span)));
        if (!(result instanceof Promise)) {
          span.end();
          return result;
        }
        return result.then(
          (value) => {
            span.end();
            return value;
          },
          (error) => {
            failed(span, error);
            throw error;
          },
        ) as typeof result;
      } catch (error) {
        failed(span, error);
        throw error;
      }
    },
    current: () => {
      const active = trace.getSpan(context.active())?.spanContext();
      return active ? { traceId: active.traceId, spanId: active.spanId } : null;
    },
    close: () => shutDown(provider),
  };
};
