import type {
  CloudFormationCustomResourceEvent,
  CloudFormationCustomResourceResponse,
} from 'aws-lambda';
import { faultName } from '../shared/queue/failure.ts';

export interface AnswerStackDeps {
  /** What stands for it in CloudFormation's book, as long as it is the same. */
  readonly physicalId: string;
  /** What is left where it could not be removed. */
  readonly what: string;
  readonly remove: () => Promise<unknown>;
  /** Rejects where CloudFormation did not hear it. */
  readonly respond: (url: string, response: CloudFormationCustomResourceResponse) => Promise<void>;
}

/** Removes what CloudFormation cannot, where it is about to delete it, and says whether it may go on. */
export async function answerStack(
  event: CloudFormationCustomResourceEvent,
  signal: AbortSignal,
  { physicalId, what, remove, respond }: AnswerStackDeps,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResponseURL } = event;
  const told = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: physicalId };
  try {
    if (event.RequestType === 'Delete') await remove();
  } catch (error) {
    const why = signal.aborted ? 'there is more than one run removes' : faultName(error);
    const Reason = `${what} left: ${why}; delete the stack again`;
    return respond(ResponseURL, { ...told, Status: 'FAILED', Reason });
  }
  return respond(ResponseURL, { ...told, Status: 'SUCCESS' });
}
