import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmSpecs, behindTable, fault, LASTING, wait } from '../watch/alarm-specs.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From the table to the archive. */
export function archiveAlarms(path: WatchedPath): AlarmSpecs {
  return { ...archiverAlarms(path), ...auditAlarms(path) };
}

/** An audit is of the hour before last: what is not handed on by then waits in the stream, of which another alarm tells. */
const ROUTED_MS = Duration.minutes(30).toMilliseconds();

function auditAlarms({ stage, auditor, router }: WatchedPath): AlarmSpecs {
  const period = Duration.hours(1);
  return {
    EventsUnaccounted: fault(
      new MathExpression({
        expression: `IF(FILL(behind, 0) < ${ROUTED_MS}, lost, 0)`,
        usingMetrics: {
          behind: behindTable(router, period),
          lost: serviceMetric(stage, 'EventUnaccounted').with({ period }),
        },
        label: 'events accounted for nowhere',
        period,
      }),
      'An event that is stored did not reach a subscriber that wants it, and waits nowhere.',
    ),
    AuditFailing: fault(
      auditor.metricErrors({ period }),
      'Nobody looks whether events of subscribers are lost.',
      { evaluationPeriods: 3, datapointsToAlarm: 2 },
    ),
  };
}

function archiverAlarms({ stage, archiver }: WatchedPath): AlarmSpecs {
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
