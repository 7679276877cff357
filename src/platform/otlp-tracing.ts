// The official SDK, which this file alone knows; it is loaded only where an endpoint is named.
import { context, isSpanContextValid, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { OpenSpan, SpanOptions, Tracing } from './tracing.ts';

const CLOSE_MS = 3_000;
const TELL_EVERY_MS = 60_000;
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
  let toldMs = Number.NEGATIVE_INFINITY;
  setGlobalErrorHandler((error) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < TELL_EVERY_MS) return;
    toldMs = nowMs;
    onProblem(error instanceof Error ? error.message : String(error));
  });
  const service = resourceFromAttributes({ 'service.name': 'memfuse', 'service.version': version });
  // What the environment says of the service wins.
  const resource = defaultResource()
    .merge(service)
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({
    resource,
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
    close: async () => {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, CLOSE_MS).unref();
      });
      // Whoever takes spans may be away; that is told by the handler above.
      await Promise.race([provider.shutdown().catch(() => {}), late]);
    },
  };
};
