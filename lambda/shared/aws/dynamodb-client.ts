import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { CallAws } from './json-protocol.ts';
import type { Patience } from './request.ts';
import { clientSettings, sdkCall } from './sdk-call.ts';
import type { AwsService } from './service.ts';

const COMMANDS = {
  BatchGetItem: BatchGetItemCommand,
  DeleteItem: DeleteItemCommand,
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  UpdateItem: UpdateItemCommand,
};

/** Calls DynamoDB by the SDK's client. */
export function dynamoDbClient(service: AwsService, { attempts, timeoutMs }: Patience): CallAws {
  const client = new DynamoDBClient({
    ...clientSettings(service, timeoutMs),
    ...{ accountIdEndpointMode: 'disabled', endpointDiscoveryEnabled: false },
  });
  return sdkCall(service, client, COMMANDS, { attempts });
}
