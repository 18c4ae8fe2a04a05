import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { allow } from '../shared/allow.ts';
import type { Stage } from '../stage.ts';

export interface SigningKeyProps {
  readonly stage: Stage;
}

/**
 * What the signing secrets of all subscribers are derived from.
 *
 * Generated once. Another one in its place would change all of them at one moment.
 */
export class SigningKey extends Construct {
  /** `{"signingKey":"..."}` */
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { stage }: SigningKeyProps) {
    super(scope, id);

    this.secret = new Secret(this, 'Secret', {
      description: 'What the signing secrets of all subscribers are derived from',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'signingKey',
        excludePunctuation: true,
        // 62 characters a place: more than the 256 bits of the HMAC that it is a key for.
        passwordLength: 64,
      },
      removalPolicy: stage.protectData
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Its rotation would change the secrets of all subscribers at once; those are rotated one by one, with both valid for a day.',
    });
  }

  grantRead(grantee: IGrantable): void {
    allow(grantee, ['secretsmanager:GetSecretValue'], [this.secret.secretArn]);
  }
}
