import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * A client that retries for as long as its caller's abort signal lets it: throttles with seconds
 * between, lost connections with less. Without the request's own timeout a hanging connection
 * would take the time of all retries.
 */
export function patientDynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({
    retryMode: 'standard',
    maxAttempts: 8,
    requestHandler: {
      connectionTimeout: 1000,
      requestTimeout: 3000,
      throwOnRequestTimeout: true,
    },
  });
}
