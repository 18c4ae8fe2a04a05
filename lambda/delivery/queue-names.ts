/** How the queues of subscribers are called, which are made when a subscriber is. */
export interface SubscriberQueueNames {
  /** What all their names begin with. */
  readonly prefix: string;
  readonly name: (subscriberId: string) => string;
  readonly url: (subscriberId: string) => string;
  readonly arn: (subscriberId: string) => string;
  /** Of any queue beside them, by its ARN. */
  readonly neighbourUrl: (arn: string) => string;
  /** Whose queue it is, by its URL or ARN; undefined where it is none of them. */
  readonly idOf: (urlOrArn: string) => string | undefined;
  /** Whether a URL names one of them, or the queue beside them. */
  readonly isOwn: (queueUrl: string) => boolean;
}

const SUFFIX = '.fifo';

/**
 * @param arnPrefix what all their ARNs begin with
 * @param neighbourUrl URL of another queue of the same account and Region
 */
export function subscriberQueueNames(
  arnPrefix: string,
  neighbourUrl: string,
): SubscriberQueueNames {
  const prefix = arnPrefix.slice(arnPrefix.lastIndexOf(':') + 1);
  const base = neighbourUrl.slice(0, neighbourUrl.lastIndexOf('/') + 1);
  const name = (id: string) => `${prefix}${id}${SUFFIX}`;
  const idOf = (urlOrArn: string) => {
    const last = lastPart(urlOrArn);
    return last.startsWith(prefix) && last.endsWith(SUFFIX)
      ? last.slice(prefix.length, -SUFFIX.length)
      : undefined;
  };
  return {
    prefix,
    name,
    url: (id) => `${base}${name(id)}`,
    arn: (id) => `${arnPrefix}${id}${SUFFIX}`,
    neighbourUrl: (arn) => `${base}${lastPart(arn)}`,
    idOf,
    isOwn: (queueUrl) => idOf(queueUrl) !== undefined || isSameQueue(queueUrl, neighbourUrl),
  };
}

/** Whether two URLs name one queue, whichever of its Region's hosts they have. */
export function isSameQueue(one: string, other: string): boolean {
  return placeOf(one) === placeOf(other);
}

function placeOf(queueUrl: string): string {
  return `${regionOfQueue(queueUrl) ?? 'local'}${new URL(queueUrl).pathname}`;
}

/** Undefined of a queue that is not in AWS. */
export function regionOfQueue(queueUrl: string): string | undefined {
  return /^sqs\.([\w-]+)\.amazonaws\.com(?:\.cn)?$/.exec(new URL(queueUrl).hostname)?.[1];
}

function lastPart(urlOrArn: string): string {
  return urlOrArn.slice(Math.max(urlOrArn.lastIndexOf('/'), urlOrArn.lastIndexOf(':')) + 1);
}
