import { Duration } from 'aws-cdk-lib';
import { type AlarmSpecs, behindTable, fault, LASTING, wait } from '../watch/alarm-specs.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From the table to the archive. */
export function archiveAlarms({ stage, archiver }: WatchedPath): AlarmSpecs {
  // As long as it gathers a batch.
  const age = behindTable(archiver, Duration.minutes(5));
  return {
    ArchiverFailing: fault(
      archiver.metricErrors(),
      'Events are not archived for now; what stays so for 23 hours is set aside.',
      LASTING,
    ),
    ArchiveDelayed: wait(
      age,
      Duration.minutes(30).toMilliseconds(),
      'The archive is over half an hour behind the table.',
    ),
    ArchiveStalled: wait(
      age,
      Duration.hours(6).toMilliseconds(),
      'The archive has been standing still for 6 hours; after 24 the stream forgets.',
    ),
    RecordsNotArchived: fault(
      serviceMetric(stage, 'RecordUnarchived'),
      'A change of the table could not be read: its event is missing in queries.',
    ),
    ForgettingOverdue: fault(
      serviceMetric(stage, 'ForgettingOverdue').with({ period: Duration.hours(6) }),
      'Somebody asked 20 days ago to be forgotten, and the archive still has them.',
    ),
  };
}
