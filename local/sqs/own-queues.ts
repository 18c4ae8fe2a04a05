import type { LocalTemplate } from '../template/template.ts';

/** What the ARNs of subscribers' queues begin with, which are made at run time. */
export function subscriberQueuesArnOf({ function: functions }: LocalTemplate): string {
  const arns = functions.flatMap(
    ({ Environment }) => Environment.Variables['SUBSCRIBER_QUEUES_ARN'] ?? [],
  );
  return arns[0] ?? '';
}

/** What the names of listeners' queues begin with, which roles name. */
const LISTENED = /:Floodgate-listen-[^:]*$/;

/**
 * Whether a queue, by its ARN, is the stack's, or a listener's. One that a developer has made for a subscriber is not: nobody
 * has to name it before functions may use it. Where no queue is meant, rights are asked for as ever.
 */
export function isQueueOf(template: LocalTemplate): (arn: string) => boolean {
  const prefix = subscriberQueuesArnOf(template);
  const arns = new Set(['*', ...template.queue.map(({ arn }) => arn)]);
  return (arn) => arns.has(arn) || LISTENED.test(arn) || (prefix !== '' && arn.startsWith(prefix));
}
