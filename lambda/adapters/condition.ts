import { AwsRequestError } from './aws-request.ts';

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

/** Whether a write failed because its condition did not hold. */
export function isUnmet(error: unknown): boolean {
  return error instanceof AwsRequestError && error.name === 'ConditionalCheckFailedException';
}
