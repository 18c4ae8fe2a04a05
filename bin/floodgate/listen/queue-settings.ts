import { LISTEN_QUEUES } from '../../../lib/delivery/listen-queues.ts';
import type { StackAddress } from '../stack/deployed-stack.ts';
import { UnavailableError } from '../terminal/command.ts';

const DAY_SECONDS = 86_400;

/** No two stacks of an account share one, nor two names: neither has a `_`. */
export function queueNameOf({ name, endpoints }: StackAddress, listener: string): string {
  const stack = endpoints === undefined ? name.replace(/^Floodgate-/, '') : 'local';
  return `${LISTEN_QUEUES}${stack}_${listener}.fifo`;
}

/** Those that can be changed at any time. */
export function queueAttributes(visibilityTimeoutSeconds: number): Record<string, string> {
  return {
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(DAY_SECONDS),
    SqsManagedSseEnabled: 'true',
  };
}

/** Lets nobody send but the functions of the stack that deliver, and nobody do anything without TLS. */
export function sendersPolicy(queueArn: string, { name, outputs }: StackAddress): string {
  const roles = outputs.get('DeliveringRoles')?.split(',') ?? [];
  if (roles.length === 0) {
    throw new UnavailableError(
      `the stack ${name} has no output DeliveringRoles: deploy it with this release`,
    );
  }
  const deny = { Effect: 'Deny', Principal: '*', Resource: queueArn };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ ...deny, Sid: 'OnlyDeliveries', Action: 'sqs:SendMessage' },
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': roles } },
      },
      {
        ...{ ...deny, Sid: 'OnlyTls', Action: 'sqs:*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}
