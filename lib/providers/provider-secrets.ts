import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface ProviderSecretsProps {
  readonly stage: Stage;
}

/** What proves that a webhook is the provider's, and to the provider that we are ourselves. Created empty; the operator fills them in. */
export class ProviderSecrets extends Construct {
  /** `{"appSecrets":["current","previous"],"verifyToken":"...","accessTokens":{"default":"..."}}` */
  readonly meta: Secret;
  /** `{"sessions":[{"session":"...","token":"...","secrets":["current","previous"],"apiKey":"..."}]}` */
  readonly wasender: Secret;

  constructor(scope: Construct, id: string, { stage }: ProviderSecretsProps) {
    super(scope, id);

    // CloudFormation sets a secret's value when this text changes, and only then: a later edit of
    // a template here would put an empty secret in place of what the operator filled in.
    const create = (
      secretId: string,
      description: string,
      template: string,
      generateStringKey: string,
    ) =>
      new Secret(this, secretId, {
        description,
        generateSecretString: {
          secretStringTemplate: template,
          generateStringKey,
          excludePunctuation: true,
          passwordLength: 40,
        },
        removalPolicy: stage.protectData
          ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
          : RemovalPolicy.DESTROY,
      });

    this.meta = create(
      'Meta',
      'App secrets and verify token of Meta',
      '{"appSecrets":[]}',
      'verifyToken',
    );
    // Nobody reads `unused`. A fixed value in its place would be written over the operator's
    // whenever CloudFormation updates the resource; a generated one is not.
    this.wasender = create('Wasender', 'Sessions of WasenderApi', '{"sessions":[]}', 'unused');

    for (const secret of [this.meta, this.wasender]) {
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason:
          'The provider makes these secrets and offers no call to rotate them; two are valid at a time, so that a person can.',
      });
    }
  }
}
