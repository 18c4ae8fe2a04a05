import type { SQSClient } from '@aws-sdk/client-sqs';

export type SqsClientSource = () => Promise<SQSClient>;

/** A client that is loaded when it is first needed, by a function that hardly ever needs it. */
export function sqsClientOnDemand(): SqsClientSource {
  let client: Promise<SQSClient> | undefined;
  return () => {
    client ??= load();
    return client;
  };
}

async function load(): Promise<SQSClient> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  return new SQSClient({
    retryMode: 'standard',
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: 3000,
      throwOnRequestTimeout: true,
    },
  });
}
