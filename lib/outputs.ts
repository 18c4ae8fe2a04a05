import { Aws, CfnOutput, type Stack } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** What a deployment shows at its end, and the runbook asks for by name: description and value. */
export type Outputs = Readonly<Record<string, readonly [description: string, value: string]>>;

export function addOutputs(stack: Stack, outputs: Outputs): void {
  for (const [id, [description, value]] of Object.entries(outputs)) {
    new CfnOutput(stack, id, { description, value });
  }
}

/** Prints a secret's JSON. */
export function readCommand(secret: ISecret): string {
  return `aws secretsmanager get-secret-value --region ${Aws.REGION} --secret-id ${secret.secretArn} --query SecretString --output text`;
}

/**
 * Edits a secret's JSON in place, by a jq program that finds what was typed in `env.S`.
 *
 * What is typed shows neither on the screen nor in the shell's history nor in the process list.
 */
export function editCommand(secret: ISecret, program: string): string {
  const write = `aws secretsmanager put-secret-value --region ${Aws.REGION} --secret-id ${secret.secretArn} --secret-string file:///dev/stdin`;
  return `read -rs S && ${readCommand(secret)} | S="$S" jq -c ${program} | ${write}`;
}

/** Puts a new app secret first and keeps the one before it, so that a rotation drops no webhook. */
export function addAppSecretCommand(secret: ISecret): string {
  return editCommand(secret, `'.appSecrets = ([env.S] + (.appSecrets - [env.S]))[:2]'`);
}

/** Adds a session under a path token that nobody can guess. */
export function addSessionCommand(secret: ISecret): string {
  return editCommand(
    secret,
    `--arg session NAME --arg token "$(openssl rand -hex 24)" '.sessions += [{session: $session, token: $token, secrets: [env.S]}]'`,
  );
}
