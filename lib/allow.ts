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
