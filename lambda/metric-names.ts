/** What the CloudWatch namespaces of the stages begin with. */
export const METRIC_NAMESPACE = 'Floodgate';

/**
 * What the dimension `service` of all of them says, whichever function counts.
 *
 * CloudWatch bills each name with each value of its dimensions as a metric of its own.
 */
export const METRIC_SERVICE = 'floodgate';

/**
 * Every metric that the code emits and the alarms and the dashboard read, all counts.
 *
 * What AWS measures itself (requests, latency, queue depth, throttles) is not counted again.
 */
export const METRICS = [
  // Refused, by reason.
  'SignatureMissing',
  'SignatureMalformed',
  'SignatureMismatched',
  'VerifyTokenMismatched',
  'PathTokenUnknown',
  'SignedBodyRefused',
  // Answered 503.
  'QueueUnavailable',
  'SecretUnavailable',
  // Could not be read, but is known.
  'SecretOutdated',
  // Accepted, but worth knowing.
  'WebhookEmpty',
  'WebhookForeign',
  'EventOverflowed',
  'PreviousAppSecretVerified',
  'PreviousWasenderSecretVerified',
  // Processed.
  'EventStored',
  'EventDuplicated',
  'EventDeadLettered',
  'EventReturned',
  // A row that only helps (log of deliveries, link, pace, next try), given up since it did not go in.
  'RowGivenUp',
  // Routed from the table's changes.
  'RecordUnrouted',
  'RecordsReturned',
  // Archived.
  'EventArchived',
  'RecordUnarchived',
  'ForgettingOverdue',
  // Delivered, or held back.
  'DeliverySucceeded',
  'DeliveryFailed',
  'DeliveryReturned',
  'DeliveryDropped',
  'DeliveryDeadLettered',
  'SubscriberGone',
  // Told every hour: of those of the hour before last neither tried, dropped nor waiting for a subscriber that wants them.
  'EventUnaccounted',
  // Told of all subscribers, every minute; the hours are those of who has been waiting longest.
  'EndpointDown',
  'SubscriberWaitingHours',
  'SubscriberUnreadable',
  'ProbeInterrupted',
  // Files that came with messages.
  'MediaStored',
  'MediaSkipped',
  'MediaExpired',
  'MediaFailed',
  'MediaReturned',
  'MediaThrottled',
  'MediaTokenRefused',
  // Sent, or not; returned ones are tried again.
  'MessageSent',
  'MessageReturned',
  'MessageFailed',
  'MessageExpired',
  // Nobody knows whether it went out; left so, after an hour.
  'MessageUncertain',
  'MessageLeftUncertain',
  'ChannelPaused',
  // Told of all channels, every minute: how many of them need attention.
  'ChannelsAtFault',
  // Told of all lanes, every minute, of what has been due for longest.
  'OutboxWaitingMinutes',
  'TickInterrupted',
  // Told of all campaigns, every minute: how many could be sent and are not.
  'CampaignsStalled',
  // Checked, and can be started or not; or nobody knows, since it could not be done.
  'CampaignReady',
  'CampaignRefused',
  'CampaignCheckFailed',
  // Paused by what a provider told, or by its own figures.
  'CampaignStoppedItself',
] as const;

export type MetricName = (typeof METRICS)[number];
