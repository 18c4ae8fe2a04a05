import { CustomResource, Duration, Names, Stack, Validations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import type { QueuesEnvironment } from '../../lambda/delivery/queues-config.ts';
import { allow } from '../shared/allow.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';

/** SQS takes 80 characters of name, of which a subscriber's id has 26 and `.fifo` has 5. */
const PREFIX_LENGTH = 80 - 26 - 5;

export interface SubscriberQueuesProps {
  readonly stage: Stage;
  /** Takes what is given up, of all of them. */
  readonly deadLetterQueue: IQueue;
  /** Timeout of the function that reads them. */
  readonly consumerTimeout: Duration;
}

/**
 * The queues of subscribers, one each, and the event source mappings onto the deliverer: made and removed at
 * run time, so that here they are a beginning of names and rights on it.
 */
export class SubscriberQueues extends Construct {
  /** What their ARNs begin with. */
  readonly arn: string;
  private readonly prefix: string;
  private readonly props: SubscriberQueuesProps;

  constructor(scope: Construct, id: string, props: SubscriberQueuesProps) {
    super(scope, id);
    const maxLength = PREFIX_LENGTH - 1;
    this.prefix = `${Names.uniqueResourceName(this, { maxLength, separator: '-' })}-`;
    this.arn = Stack.of(this).formatArn({ service: 'sqs', resource: this.prefix });
    this.props = props;
  }

  /** For a function that makes and removes them. */
  environment(deliverer: IFunction): Record<keyof QueuesEnvironment, string> {
    const { stage, deadLetterQueue, consumerTimeout } = this.props;
    return {
      SUBSCRIBER_QUEUES_ARN: this.arn,
      DELIVERIES_DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      DELIVERER_NAME: deliverer.functionName,
      MAXIMUM_CONCURRENCY: String(stage.delivererMaximumConcurrency),
      // AWS advises six times the timeout of the consuming function.
      VISIBILITY_TIMEOUT_SECONDS: String(6 * consumerTimeout.toSeconds()),
    };
  }

  allow(grantee: ServiceFunction, actions: readonly `sqs:${string}`[]): void {
    allow(grantee.function, [...actions], [`${this.arn}*`]);
    const shown = `arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${this.prefix}*`;
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${shown}]`,
      reason: 'The queue of a subscriber is made when the subscriber is.',
    });
  }

  /** Lets it find queues, which AWS cannot narrow. */
  allowListing(grantee: ServiceFunction): void {
    allow(grantee.function, ['sqs:ListQueues'], ['*']);
  }

  /** Lets it list all mappings, which AWS cannot narrow, and make, change or remove those of the deliverer. */
  allowMapping(
    grantee: ServiceFunction,
    deliverer: IFunction,
    verbs: readonly ('Create' | 'Update' | 'Delete')[] = ['Create', 'Update', 'Delete'],
  ): void {
    allow(grantee.function, ['lambda:ListEventSourceMappings'], ['*']);
    const onDeliverer = { ArnEquals: { 'lambda:FunctionArn': deliverer.functionArn } };
    const actions = verbs.map((verb) => `lambda:${verb}EventSourceMapping`);
    allow(grantee.function, actions, ['*'], onDeliverer);
    Validations.of(grantee).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Mappings have no names to narrow by: the condition narrows to those of the deliverer.',
    });
  }

  /**
   * Removes all that was made at run time when the stack is deleted: CloudFormation does not know of it.
   *
   * @param makers what could make some meanwhile
   */
  removeWithStack(deliverer: IFunction, makers: readonly IConstruct[]): void {
    const remover = new ServiceFunction(this, 'Remover', {
      folder: 'delivery/remover',
      description: 'Removes the queues of subscribers when the stack is deleted',
      stage: this.props.stage,
      memorySize: 256,
      // A thousand subscribers take Lambda's control plane two minutes.
      timeout: Duration.minutes(15),
      environment: this.environment(deliverer),
    });
    this.allow(remover, ['sqs:DeleteQueue']);
    this.allowListing(remover);
    this.allowMapping(remover, deliverer, ['Delete']);
    const removed = new CustomResource(this, 'Removed', {
      resourceType: 'Custom::SubscriberQueues',
      serviceToken: remover.function.functionArn,
    });
    // CloudFormation deletes in the opposite order: first who makes queues, then these, then the rights.
    removed.node.addDependency(remover, deliverer);
    for (const maker of makers) maker.node.addDependency(removed);
  }
}
