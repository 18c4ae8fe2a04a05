import { Duration } from 'aws-cdk-lib';
import { type AlarmSpecs, deadLetters, fault, LASTING } from '../watch/alarm-specs.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** The files that came with messages. */
export function mediaAlarms({
  stage,
  media: { function: fetcher, jobs },
}: WatchedPath): AlarmSpecs {
  const period = Duration.hours(1);
  return {
    MediaTokenRefused: fault(
      serviceMetric(stage, 'MediaTokenRefused'),
      'A provider refuses the access token of a channel: the files of its messages are not fetched, and gone after 7 days.',
    ),
    MediaFailing: fault(
      serviceMetric(stage, 'MediaFailed'),
      'The file of a message is not kept, and nobody will ask for it again.',
    ),
    MediaHeldBack: fault(
      serviceMetric(stage, 'MediaReturned').with({ period }),
      'For six hours some files could not be fetched; 7 days after they came they are gone.',
      { evaluationPeriods: 6 },
    ),
    MediaDeadLetterQueueNotEmpty: deadLetters(
      jobs.deadLetterQueue,
      'Nobody tries any more to fetch the file of a message.',
    ),
    MediaCrashing: fault(
      fetcher.metricErrors(),
      'Files are not fetched, because the function that does it crashes.',
      LASTING,
    ),
  };
}
