import { SQSClient } from '@aws-sdk/client-sqs';

export type SqsClientSource = () => SQSClient;

/** A client that is made when it is first needed, by a function that hardly ever needs it. */
export function sqsClientOnDemand(): SqsClientSource {
  let client: SQSClient | undefined;
  return () => {
    client ??= new SQSClient({
      retryMode: 'standard',
      maxAttempts: 4,
      requestHandler: {
        connectionTimeout: 1000,
        requestTimeout: 3000,
        throwOnRequestTimeout: true,
      },
    });
    return client;
  };
}
