import type { MetricName } from '../../lambda/metric-names.ts';
import { counted, deadLettersIn, depth, failures, graph, type Row, row } from '../watch/rows.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

const FILES = ['MediaStored', 'MediaSkipped', 'MediaExpired', 'MediaFailed'] satisfies MetricName[];

const FILES_WAITING = [
  'MediaReturned',
  'MediaThrottled',
  'MediaTokenRefused',
] satisfies MetricName[];

/** The files that came with messages. */
export function mediaRow({ stage, media: { function: fetcher, jobs } }: WatchedPath): Row {
  return row(
    10,
    graph('Files of messages', counted(stage, FILES)),
    graph('Files that wait, why', counted(stage, FILES_WAITING)),
    graph('Media jobs', [
      ...depth(jobs.queue),
      deadLettersIn(jobs.deadLetterQueue, 'dead letters'),
    ]),
    graph('Failures', failures(fetcher)),
  );
}
