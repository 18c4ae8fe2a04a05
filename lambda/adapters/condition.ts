import { AwsRequestError } from './aws-request.ts';

/** Whether the condition of a write held. */
export async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof AwsRequestError && error.name === 'ConditionalCheckFailedException') {
      return false;
    }
    throw error;
  }
}
