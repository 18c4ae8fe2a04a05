import { type AlarmSpecs, fault, LASTING } from '../watch/alarm-specs.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** Requests that the table turns away. */
export function tableAlarms({ table }: WatchedPath): AlarmSpecs {
  return {
    TableWritesThrottled: fault(
      table.metricThrottles('WriteThrottleEvents'),
      'Events wait in the inbox because the table takes no more writes.',
      LASTING,
    ),
    TimelineThrottled: fault(
      table.metricThrottles('WriteThrottleEvents', 'timeline'),
      'Statuses wait in the inbox because the timeline index takes no more writes.',
      LASTING,
    ),
    TableReadsThrottled: fault(
      table.metricThrottles('ReadThrottleEvents'),
      'Reading contacts and timelines back is slow or fails.',
      LASTING,
    ),
  };
}
