import { behind, counted, failures, graph, type Row, row } from '../watch/rows.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From the table to the archive. */
export function archiveRow({ stage, archiver, auditor }: WatchedPath): Row {
  return row(
    8,
    graph(
      'Archive, events',
      counted(stage, ['EventArchived', 'RecordUnarchived', 'ForgettingOverdue']),
    ),
    graph('Archive behind the table, ms (five minutes are gathered)', behind(archiver)),
    graph('Archiver, failures', failures(archiver)),
    graph('Events accounted for nowhere, each hour', [
      ...counted(stage, ['EventUnaccounted']),
      auditor.metricErrors({ label: 'audit crashed' }),
    ]),
  );
}
