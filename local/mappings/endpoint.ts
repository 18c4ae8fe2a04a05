import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { type Authenticate, describeError, type Guard, sendJson } from '../aws/json-protocol.ts';
import {
  type FaultHook,
  faultyServer,
  type LoopbackServer,
  listenPreferably,
  readBody,
  type Wire,
} from '../loopback-server.ts';
import { authenticator } from '../signature/authenticator.ts';
import { refusals } from './errors.ts';
import type { MappingHost } from './mapping-host.ts';
import { readRequest, requests } from './requests.ts';
import { mappingRoute } from './routes.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

const WIRE: Wire = {
  actionOf: (request) => mappingRoute(request)?.action ?? '',
  errorOf: (_, code) => [
    { ...JSON_TYPE, 'x-amzn-errortype': code },
    JSON.stringify({ Type: 'Service', message: 'injected fault' }),
  ],
};

/** Serves of Lambda's own API what is about event source mappings. */
export async function serveLambda(
  mappings: MappingHost,
  faults: FaultHook,
  guard: Guard,
  now: () => number = Date.now,
  port = 0,
): Promise<LoopbackServer> {
  const authenticate = authenticator('lambda', now);
  const listener: RequestListener = async (request, response) => {
    try {
      const { action, output } = await act(request, { mappings, authenticate, guard });
      sendJson(response, READS.includes(action) ? 200 : 202, JSON_TYPE, output);
    } catch (error) {
      sendRestError(response, error);
    }
  };
  return listenPreferably(faultyServer(listener, faults, WIRE), port);
}

interface Server {
  readonly mappings: MappingHost;
  readonly authenticate: Authenticate;
  readonly guard: Guard;
}

const members = z.record(z.string(), z.unknown());
const READS: readonly string[] = ['GetEventSourceMapping', 'ListEventSourceMappings'];

async function act(request: IncomingMessage, { mappings, authenticate, guard }: Server) {
  const body = (await readBody(request)) ?? Buffer.of();
  const { accessKeyId, content } = authenticate(request, body);
  const route = mappingRoute(request);
  if (route === undefined) throw refusals.noOperation(`${request.method} ${request.url}`);
  const { action, parameters } = route;
  const input = { ...members.parse(JSON.parse(content.toString() || '{}')), ...parameters };
  guard(accessKeyId, action, input);
  return { action, output: actions(mappings)[action](input) };
}

function actions(mappings: MappingHost) {
  return {
    CreateEventSourceMapping: (input: object) => {
      const {
        EventSourceArn,
        FunctionName,
        Tags: _,
        ...settings
      } = readRequest(requests.create, input);
      return mappings.create(EventSourceArn, FunctionName, settings);
    },
    UpdateEventSourceMapping: (input: object) => {
      const { UUID, FunctionName, ...settings } = readRequest(requests.update, input);
      return mappings.update(UUID, FunctionName, settings);
    },
    DeleteEventSourceMapping: (input: object) =>
      mappings.delete(readRequest(requests.mapping, input).UUID),
    GetEventSourceMapping: (input: object) =>
      mappings.get(readRequest(requests.mapping, input).UUID),
    ListEventSourceMappings: (input: object) => mappings.list(readRequest(requests.list, input)),
  };
}

/** The SDKs read the code from a header. */
function sendRestError(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const { status, code, message } = describeError(error);
  const isDenied = code === 'AccessDeniedException';
  const Type = status < 500 ? 'User' : 'Service';
  const headers = { ...JSON_TYPE, 'x-amzn-errortype': code };
  sendJson(response, isDenied ? 403 : status, headers, { Type, message });
}
