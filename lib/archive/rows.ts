import { behind, counted, failures, graph, type Row, row } from '../watch/rows.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From the table to the archive. */
export function archiveRow({ stage, archiver }: WatchedPath): Row {
  return row(
    8,
    graph(
      'Archive, events',
      counted(stage, ['EventArchived', 'RecordUnarchived', 'ForgettingOverdue']),
    ),
    graph('Archive behind the table, ms (five minutes are gathered)', behind(archiver)),
    graph('Archiver, failures', failures(archiver)),
  );
}
