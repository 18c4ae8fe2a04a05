import { ApiError } from '../aws/json-protocol.ts';

/** What Lambda answers, in its own words where it has been seen to say them. */
export const refusals = {
  invalid: (message: string) => new ApiError('InvalidParameterValueException', message),
  exists: (sourceArn: string, functionName: string, uuid: string) =>
    new ApiError(
      'ResourceConflictException',
      `An event source mapping with SQS arn (" ${sourceArn} ") and function (" ${functionName} ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
      undefined,
      409,
    ),
  inUse: (what: 'update' | 'delete') =>
    new ApiError(
      'ResourceInUseException',
      `Cannot ${what} the event source mapping because it is in use.`,
    ),
  noMapping: () =>
    new ApiError(
      'ResourceNotFoundException',
      'The resource you requested does not exist.',
      undefined,
      404,
    ),
  noOperation: (what: string) =>
    new ApiError('UnknownOperationException', `the local stack does not know ${what}`),
  noFunction: (arn: string) =>
    new ApiError('ResourceNotFoundException', `Function not found: ${arn}`, undefined, 404),
  noQueue: () =>
    refusals.invalid(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    ),
  mayNot: (action: string) =>
    refusals.invalid(
      `The provided execution role does not have permissions to call ${action} on SQS`,
    ),
  tooShortHiding: (queueSeconds: number, functionSeconds: number) =>
    refusals.invalid(
      `Queue visibility timeout: ${queueSeconds} seconds is less than Function timeout: ${functionSeconds} seconds`,
    ),
} as const;
