// What spans and metrics that go out by OpenTelemetry share; loaded only where an endpoint is named.
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';

const TELL_EVERY_MS = 60_000;
const CLOSE_MS = 3_000;

/** As global as the handler below: spans and metrics of a process tell of the same endpoint. */
let toldMs = Number.NEGATIVE_INFINITY;

/** Tells what the SDK could not send, at most once a minute. */
export const tellProblems = (onProblem: (reason: string) => void): void =>
  setGlobalErrorHandler((error) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < TELL_EVERY_MS) return;
    toldMs = nowMs;
    onProblem(error instanceof Error ? error.message : String(error));
  });

/** Whom spans and metrics are of. What the environment says of the service wins. */
export const serviceResource = (version: string) =>
  defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'memfuse', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));

/** Sends what has not been sent, within some seconds. Never fails: whoever takes it may be away, and that is told by the handler. */
export const shutDown = async (provider: { shutdown(): Promise<void> }): Promise<void> => {
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, CLOSE_MS).unref();
  });
  await Promise.race([provider.shutdown().catch(() => {}), late]);
};
