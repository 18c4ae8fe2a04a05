import { AwsRequestError } from './request.ts';

/** Whether the condition of a write held. */
export async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isUnmet(error)) return false;
    throw error;
  }
}

/**
 * Whether a write failed because its partition is full: the local index holds the rows of one
 * partition to 10 GB. Rows may still be read, removed and made smaller; until then no retry helps.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections.SizeLimit
 */
export function isPartitionFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'ItemCollectionSizeLimitExceededException';
}

/** Whether a write was made: not where its partition is full. */
export async function fits(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isPartitionFull(error)) return false;
    throw error;
  }
}

/** Whether a write failed because its condition did not hold. */
export function isUnmet(error: unknown): boolean {
  return error instanceof AwsRequestError && error.name === 'ConditionalCheckFailedException';
}
