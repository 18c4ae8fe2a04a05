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
  return {
    prefix,
    name,
    url: (id) => `${base}${name(id)}`,
    arn: (id) => `${arnPrefix}${id}${SUFFIX}`,
    neighbourUrl: (arn) => `${base}${lastPart(arn)}`,
    idOf: (urlOrArn) => {
      const last = lastPart(urlOrArn);
      return last.startsWith(prefix) && last.endsWith(SUFFIX)
        ? last.slice(prefix.length, -SUFFIX.length)
        : undefined;
    },
  };
}

function lastPart(urlOrArn: string): string {
  return urlOrArn.slice(Math.max(urlOrArn.lastIndexOf('/'), urlOrArn.lastIndexOf(':')) + 1);
}
