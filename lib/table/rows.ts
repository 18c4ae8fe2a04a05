import { graph, type Row, row } from '../watch/rows.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** What the table takes, and turns away. */
export function tableRow({ table: events }: WatchedPath): Row {
  return row(
    5,
    graph('Table, units consumed', [
      events.table.metricConsumedWriteCapacityUnits({ label: 'written' }),
      events.table.metricConsumedReadCapacityUnits({ label: 'read' }),
    ]),
    graph('Table, throttled', [
      events.metricThrottles('WriteThrottleEvents').with({ label: 'writes' }),
      events.metricThrottles('WriteThrottleEvents', 'timeline').with({ label: 'index writes' }),
      events.metricThrottles('ReadThrottleEvents').with({ label: 'reads' }),
    ]),
  );
}
