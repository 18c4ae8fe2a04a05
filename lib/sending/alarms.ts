import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmSpecs, deadLetters, fault, LASTING, wait } from '../watch/alarm-specs.ts';
import { serviceMetric } from '../watch/service-metric.ts';
import type { WatchedPath } from '../watch/watched-path.ts';

/** From a message that somebody asked to send to its provider. */
export function sendingAlarms({ stage, sender, ticker, campaigns }: WatchedPath): AlarmSpecs {
  return {
    SendingFailing: fault(
      new MathExpression({
        expression: 'sender + ticker + FILL(ticks, 0)',
        usingMetrics: {
          sender: sender.metricErrors(),
          ticker: ticker.metricErrors(),
          ticks: serviceMetric(stage, 'TickInterrupted'),
        },
        label: 'crashes',
      }),
      'Messages are not sent, or late, because a function that sends them crashes.',
      LASTING,
    ),
    ChannelPaused: fault(
      serviceMetric(stage, 'ChannelPaused'),
      'A provider refuses a channel: nothing is sent from it until somebody resumes it.',
    ),
    ChannelAtFault: fault(
      serviceMetric(stage, 'ChannelsAtFault').with({ statistic: Stats.MAXIMUM }),
      'A provider finds a fault with a channel, which may stop its messages or their statuses later.',
      LASTING,
    ),
    MessagesUncertain: fault(
      serviceMetric(stage, 'MessageLeftUncertain'),
      'Nobody knows whether a message went out, and it is not sent again by itself.',
    ),
    ChecksDeadLetterQueueNotEmpty: deadLetters(
      campaigns.checks.deadLetterQueue,
      'A campaign could not be checked, so that nobody can start it.',
    ),
    CampaignStoppedItself: fault(
      serviceMetric(stage, 'CampaignStoppedItself'),
      'A campaign is paused, and who has not had their turn gets nothing until somebody resumes it.',
    ),
    CampaignStalled: fault(
      serviceMetric(stage, 'CampaignsStalled').with({ statistic: Stats.MAXIMUM }),
      'A campaign is under way and not quiet, and nobody was sent anything for five minutes.',
      LASTING,
    ),
    OutboxStuck: wait(
      serviceMetric(stage, 'OutboxWaitingMinutes').with({ statistic: Stats.MAXIMUM }),
      60,
      'A message of a channel that is not paused has been due for an hour.',
    ),
  };
}
