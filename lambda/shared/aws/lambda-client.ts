import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { CallAws } from './json-protocol.ts';
import type { Patience } from './request.ts';
import { clientSettings, sdkCall } from './sdk-call.ts';
import type { AwsService } from './service.ts';

const COMMANDS = {
  CreateEventSourceMapping: CreateEventSourceMappingCommand,
  DeleteEventSourceMapping: DeleteEventSourceMappingCommand,
  ListEventSourceMappings: ListEventSourceMappingsCommand,
  UpdateEventSourceMapping: UpdateEventSourceMappingCommand,
};

/** Calls Lambda's control plane, which takes some fifteen calls a second of an account. */
export function lambdaClient(service: AwsService, { attempts, timeoutMs }: Patience): CallAws {
  const client = new LambdaClient(clientSettings(service, timeoutMs));
  return sdkCall(service, client, COMMANDS, { attempts });
}
