import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambda/metric-names.ts';
import { counted, deadLettersIn, graph, type Row, row } from '../watch/rows.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

const SENT = [
  'MessageSent',
  'MessageReturned',
  'MessageFailed',
  'MessageExpired',
] satisfies MetricName[];

/** From a message that waits to its provider. */
export function sendingRow({ stage, sender, ticker, campaigns }: WatchedPath): Row {
  return row(
    11,
    graph('Messages sent', counted(stage, SENT)),
    graph('Uncertain', counted(stage, ['MessageUncertain', 'MessageLeftUncertain'])),
    graph('Campaigns checked', [
      ...counted(stage, ['CampaignReady', 'CampaignRefused']),
      deadLettersIn(campaigns.checks.deadLetterQueue, 'given up'),
    ]),
    graph('Longest due, minutes', [
      serviceMetric(stage, 'OutboxWaitingMinutes').with({
        statistic: Stats.MAXIMUM,
        label: 'waiting',
      }),
    ]),
    graph('Failures', [
      serviceMetric(stage, 'ChannelsAtFault').with({
        statistic: Stats.MAXIMUM,
        label: 'channels at fault',
      }),
      ...counted(stage, [
        'ChannelPaused',
        'CampaignStoppedItself',
        'CampaignCheckFailed',
        'TickInterrupted',
      ]),
      sender.metricErrors({ label: 'sender crashed' }),
      ticker.metricErrors({ label: 'ticker crashed' }),
      campaigns.checker.metricErrors({ label: 'checker crashed' }),
      sender.metricThrottles({ label: 'throttled' }),
    ]),
  );
}
