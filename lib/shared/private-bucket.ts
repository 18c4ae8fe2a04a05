import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { allow } from './allow.ts';
import type { ServiceFunction } from './service-function.ts';

export interface PrivateBucketProps {
  readonly stage: Stage;
  /** From when it was written, after which an object is deleted. */
  readonly expiration: Duration;
}

/** Objects of ours that hold what people wrote: encrypted, without versions, reached by our functions alone. */
export class PrivateBucket extends Bucket {
  /** Functions that put objects into it. */
  readonly writers = new Set<ServiceFunction>();

  constructor(scope: Construct, id: string, { stage, expiration }: PrivateBucketProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // What is written again is the same, and what is deleted for a person must be gone.
      versioned: false,
      lifecycleRules: [{ expiration, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: stage.protectData
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only functions of the stack can reach it; CloudTrail data events say who read, where an account wants that.',
    });
  }

  /** On all objects under a prefix, or all there are: their keys are known only when there is something to write. */
  allowUnder(grantee: ServiceFunction, action: string, prefix: string, reason: string): void {
    const keys = prefix === '' ? '*' : `${prefix}/*`;
    allow(grantee.function, [action], [this.arnForObjects(keys)]);
    if (action === 's3:PutObject') this.writers.add(grantee);
    const bucketId = Stack.of(this).getLogicalId(this.node.defaultChild as CfnBucket);
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${keys}]`,
      reason,
    });
  }
}
