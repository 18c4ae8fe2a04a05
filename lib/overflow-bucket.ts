import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { allow } from './allow.ts';
import { QUEUE_RETENTION } from './ordered-queue.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Stage } from './stage.ts';

export interface OverflowBucketProps {
  readonly stage: Stage;
}

/** Payloads too large for a row, each as long as the row that points at it. */
export class OverflowBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage }: OverflowBucketProps) {
    super(scope, id);

    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // The same event writes the same bytes, and what is deleted for a person must be gone.
      versioned: false,
      lifecycleRules: [
        {
          // A row lives its retention from when it was stored, and a late status renews that once
          // over; before that the event may lie in the queue, be dead-lettered, and be sent again.
          expiration: Duration.days(2 * stage.retentionDays + 3 * QUEUE_RETENTION.toDays()),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: stage.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only two functions can reach it, under keys that are hashes; CloudTrail data events say who read, where an account wants that.',
    });
  }

  grantPut(grantee: ServiceFunction): void {
    this.grantOnPayloads(grantee, 's3:PutObject', 'Writes a payload under the key of its event.');
  }

  grantRead(grantee: ServiceFunction): void {
    this.grantOnPayloads(grantee, 's3:GetObject', 'Reads whichever payload a row points at.');
    // Or S3 would call a payload that is not kept forbidden, like one that it must not read.
    allow(grantee.function, ['s3:ListBucket'], [this.bucket.bucketArn]);
  }

  /** The key is known only when an event comes, hence the one wildcard. */
  private grantOnPayloads(grantee: ServiceFunction, action: string, reason: string): void {
    allow(grantee.function, [action], [this.bucket.arnForObjects('payloads/*')]);
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/payloads/*]`,
      reason,
    });
  }
}
