import { type AlarmSpecs, fault, LASTING } from '../watch/alarm-specs.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From the table back to whoever asks. */
export function readingAlarms({ readApi }: WatchedPath): AlarmSpecs {
  return {
    ReadApiThrottled: fault(
      readApi.metricThrottles(),
      'Requests to /v1 are refused for want of Lambda concurrency.',
      LASTING,
    ),
  };
}
