import { CustomResource, Duration, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EmptiedBucketProperties } from '../../lambda/teardown/emptier/config.ts';
import { EMPTIED_TAG } from '../../lambda/teardown/emptier/empty-bucket.ts';
import { allow } from '../shared/allow.ts';
import type { PrivateBucket } from '../shared/private-bucket.ts';
import { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';

export interface BucketEmptierProps {
  readonly stage: Stage;
  /** All buckets of the stack, with all that writes to them. */
  readonly buckets: readonly PrivateBucket[];
}

/**
 * Empties the buckets of a stack that is deleted, which S3 would not delete with anything in them.
 *
 * The CDK's own (`autoDeleteObjects`) may write to every log group, and change the buckets' policies.
 */
export class BucketEmptier extends Construct {
  constructor(scope: Construct, id: string, { stage, buckets }: BucketEmptierProps) {
    super(scope, id);

    const emptier = new ServiceFunction(this, 'Emptier', {
      folder: 'teardown/emptier',
      description: 'Empties the buckets of the stack when it is deleted',
      stage,
      memorySize: 256,
      // A thousand objects take a third of a second.
      timeout: Duration.minutes(15),
      environment: {},
    });
    const reason = 'Removes whatever is in the bucket.';
    for (const bucket of buckets) bucket.allowUnder(emptier, 's3:DeleteObject', '', reason);
    const arns = buckets.map(({ bucketArn }) => bucketArn);
    allow(emptier.function, ['s3:GetBucketTagging', 's3:ListBucket'], arns);

    for (const bucket of buckets) {
      Tags.of(bucket).add(EMPTIED_TAG, 'true');
      const emptied = new CustomResource(this, bucket.node.path.replaceAll('/', ''), {
        resourceType: 'Custom::EmptiedBucket',
        serviceToken: emptier.function.functionArn,
        properties: { BucketName: bucket.bucketName } satisfies EmptiedBucketProperties,
      });
      // CloudFormation deletes in the opposite order: first who writes, then what is in the bucket,
      // then the rights to remove it.
      emptied.node.addDependency(emptier);
      for (const writer of bucket.writers) writer.node.addDependency(emptied);
    }
  }
}
