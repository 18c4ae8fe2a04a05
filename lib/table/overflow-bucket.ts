import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { allow } from '../shared/allow.ts';
import { QUEUE_RETENTION } from '../shared/ordered-queue.ts';
import { PrivateBucket } from '../shared/private-bucket.ts';
import { longestRetention } from '../shared/retention.ts';
import type { ServiceFunction } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';

export interface OverflowBucketProps {
  readonly stage: Stage;
}

/** Payloads too large for a row, each as long as the row that points at it. */
export class OverflowBucket extends Construct {
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { stage }: OverflowBucketProps) {
    super(scope, id);

    this.bucket = new PrivateBucket(this, 'Bucket', {
      stage,
      // A row lives its retention from when it was stored, and a late status renews that once
      // over; before that the event may lie in the queue, be dead-lettered, and be sent again.
      expiration: Duration.days(2 * longestRetention(stage) + 3 * QUEUE_RETENTION.toDays()),
    });
  }

  grantPut(grantee: ServiceFunction): void {
    const reason = 'Writes a payload under the key of its event.';
    this.bucket.allowUnder(grantee, 's3:PutObject', 'payloads', reason);
  }

  grantDelete(grantee: ServiceFunction): void {
    const reason = 'Deletes the payloads of whoever is to be forgotten.';
    this.bucket.allowUnder(grantee, 's3:DeleteObject', 'payloads', reason);
  }

  grantRead(grantee: ServiceFunction): void {
    const reason = 'Reads whichever payload a row points at.';
    this.bucket.allowUnder(grantee, 's3:GetObject', 'payloads', reason);
    // Or S3 would call a payload that is not kept forbidden, like one that it must not read.
    allow(grantee.function, ['s3:ListBucket'], [this.bucket.bucketArn]);
  }
}
