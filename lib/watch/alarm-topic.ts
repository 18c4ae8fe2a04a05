import { Annotations, Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

/** Of a stage without an address; acknowledged by whoever has another tool subscribe. */
export const UNHEARD_WARNING = 'floodgate:alarms-unheard';

export interface AlarmTopicProps {
  readonly stage: Stage;
}

/** Where alarms go; the stage's e-mail address hears them, other tools may subscribe. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage }: AlarmTopicProps) {
    super(scope, id);

    // CloudWatch cannot use the AWS managed key of SNS: its alarms would be dropped without a word.
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alarms of Floodgate',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    if (stage.alarmEmail !== undefined) {
      this.topic.addSubscription(new EmailSubscription(stage.alarmEmail));
    } else {
      Annotations.of(this).addWarningV2(
        UNHEARD_WARNING,
        'nobody hears the alarms: give an address (-c alarmEmail=oncall@example.com, or in cdk.json), or subscribe to the output AlarmTopicArn and acknowledge this (docs/deploying.md#alarms)',
      );
    }

    // A topic with a policy of its own no longer lets everything in its account publish.
    const forAlarms = (actions: string[], resources: string[]) =>
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions,
        resources,
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      });
    this.topic.addToResourcePolicy(forAlarms(['sns:Publish'], [this.topic.topicArn]));
    // In a key's own policy the resource `*` is that key.
    key.addToResourcePolicy(forAlarms(['kms:Decrypt', 'kms:GenerateDataKey'], ['*']));
  }
}
