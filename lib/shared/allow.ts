import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';

/**
 * Lets the grantee do exactly these actions on exactly these resources.
 *
 * The constructs' own grants add what their usual caller might want besides: indexes, aborts,
 * attributes, tags.
 */
export function allow(
  grantee: IGrantable,
  actions: string[],
  resourceArns: string[],
  conditions: Record<string, Record<string, unknown>> = {},
): void {
  Grant.addToPrincipal({ grantee, actions, resourceArns, conditions }).assertSuccess();
}

/** Lets the grantee do each action on rows with its partition keys alone, `*` for any letters. */
export function allowOnRows(
  grantee: IGrantable,
  { tableArn }: Pick<ITableV2, 'tableArn'>,
  partitionsOf: Readonly<Record<`dynamodb:${string}`, readonly string[]>>,
): void {
  for (const [action, keys] of Object.entries(partitionsOf)) {
    const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
    allow(grantee, [action], [tableArn], condition);
  }
}
