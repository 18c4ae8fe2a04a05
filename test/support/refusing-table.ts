import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';

/** What DynamoDB says where the rows of a partition have the 10 GB that a local index lets them have. */
export const FULL = 'ItemCollectionSizeLimitExceededException';

/** A table that refuses every call, or those of some operations, with an error of this name. */
export function refusing(
  name: string,
  { table, only }: { readonly table?: CallAws; readonly only?: RegExp } = {},
): CallAws {
  return async (operation, input, signal) => {
    const isRefused = only?.test(`${operation} ${JSON.stringify(input)}`) ?? true;
    if (isRefused || table === undefined) throw new AwsRequestError('dynamodb', name);
    return table(operation, input, signal);
  };
}
