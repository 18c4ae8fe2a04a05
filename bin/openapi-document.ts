import * as z from 'zod/mini';
import type { Operation } from '../lambda/answers/operation.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../lambda/answers/parameters.ts';
import { schemas } from '../lambda/answers/schemas.ts';
import { CHANNEL_OPERATIONS } from '../lambda/channels/managing/operations.ts';
import { SUBSCRIBER_OPERATIONS } from '../lambda/delivery/subscribers/operations.ts';
import { FORGET_ROUTE } from '../lambda/forgetting/forget/routes.ts';
import { API_ROUTES } from '../lambda/reading/routes.ts';
import { CAMPAIGN_OPERATIONS } from '../lambda/sending/campaigns/operations.ts';
import { MESSAGE_OPERATIONS } from '../lambda/sending/messages/operations.ts';
import { notes } from '../lambda/shared/json/schema-notes.ts';
import { TENANT_OPERATIONS } from '../lambda/tenants/managing/operations.ts';
import { EXAMPLES } from './openapi-examples.ts';
// Each adds to the schemas.
import '../lambda/channels/managing/schemas.ts';
import '../lambda/reading/schemas.ts';
import '../lambda/forgetting/forget/schemas.ts';
import '../lambda/delivery/subscribers/schemas.ts';
import '../lambda/sending/campaigns/schemas.ts';
import '../lambda/sending/messages/schemas.ts';
import '../lambda/tenants/managing/schemas.ts';

const PARAMETERS = {
  channel: {
    description:
      "Meta's phone number id (or, for account events, the WhatsApp Business Account's id), or the name of a WasenderApi session.",
    example: '106540352242922',
  },
  contact: {
    description:
      'A phone number with its country code (a leading + or 00, spaces and punctuation are ignored), a BSUID, a LID (`…@lid`), or the id of a group chat.',
    example: '5215550001111',
  },
  event: {
    description: 'Id of the event, or the `webhook-id` by which it is delivered.',
    example: 'message.47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
  },
  id: {
    description: 'Id of the subscriber.',
    example: 'sub_3q2-7wAAAAAAAAAAAAAAAA',
  },
  principal: {
    description: 'A role or a user of the account: `role/NAME` or `user/NAME`, whatever its path.',
    example: 'role/acme-bot',
  },
  wamid: {
    description: 'WhatsApp’s id of the message, URL-encoded.',
    example: 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjAwMDAwMDAwMDAwMDAwMDAwMQA=',
  },
  message: {
    description:
      'Id of the message, URL-encoded: ours (`msg_…`), or to read it WhatsApp’s (`wamid.…`) too.',
    example: 'msg_uopcrAVNy_Mdy_nRc2RkCZ',
  },
};

const PAGING = [
  {
    name: 'limit',
    in: 'query',
    description: 'The most entries that a page may hold.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  },
  {
    name: 'cursor',
    in: 'query',
    description: '`nextCursor` of the page before, of the same channel and contact.',
    schema: { type: 'string' },
  },
];

const READ_OPERATIONS: readonly Operation[] = [
  {
    id: 'readTimeline',
    route: API_ROUTES.timeline,
    summary: 'What was said with a contact, newest first, inbound and outbound together',
    answer: 'Timeline',
    query: PAGING,
    missing: 'Nothing is known of the contact.',
  },
  {
    id: 'readContact',
    route: API_ROUTES.contact,
    summary:
      'Who a contact is, when last seen, until when free-form messages may be sent, opt-outs',
    answer: 'Contact',
    missing: 'Nothing is known of the contact.',
  },
  {
    id: 'forgetContact',
    route: FORGET_ROUTE,
    summary:
      'Empties what the table holds of a person, under all names; keys stay, so that retries do not bring them back',
    answer: 'Forgotten',
  },
  {
    id: 'readMessage',
    route: API_ROUTES.message,
    summary: 'A message, whoever wrote it, and what became of it if the business did',
    answer: 'Message',
    missing: 'Nothing of the message is known.',
  },
  {
    id: 'readMedia',
    route: API_ROUTES.media,
    summary:
      'The file that came with a message of a contact, or that was sent to it from elsewhere',
    answer: 'Media',
    missing: 'The contact has no such message, or it has no file.',
  },
];

/** `/v1` as an OpenAPI document, from the schemas of its answers. */
export function openApiDocument() {
  const operations = [
    ...READ_OPERATIONS,
    ...CHANNEL_OPERATIONS,
    ...CAMPAIGN_OPERATIONS,
    ...MESSAGE_OPERATIONS,
    ...SUBSCRIBER_OPERATIONS,
    ...TENANT_OPERATIONS,
  ];
  const paths = Map.groupBy(operations, ({ route }) => pathOf(route));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Floodgate API',
      version: '1',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Reads what was stored of WhatsApp webhooks, and manages who receives it and what is sent from. Times are ISO 8601 in UTC. In AWS every call is signed (SigV4, service `execute-api`). What is of another tenant than the caller is answered as if it were not there.',
    },
    servers: SERVERS,
    security: [{ [SIGNED]: [] }],
    paths: Object.fromEntries([...paths].map(([path, some]) => [path, pathObject(path, some)])),
    components: { securitySchemes: SECURITY_SCHEMES, schemas: componentSchemas() },
  };
}

const SIGNED = 'sigv4';

const SECURITY_SCHEMES = {
  [SIGNED]: {
    ...{ type: 'apiKey', in: 'header', name: 'Authorization' },
    description:
      'AWS Signature Version 4 for the service `execute-api`, by credentials that may `execute-api:Invoke` the route. The local stack listens on loopback alone, and asks for no signature.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
};

const SERVERS = [
  {
    url: 'https://{api}.execute-api.{region}.amazonaws.com',
    description: 'In AWS: the output `ApiUrl` of the stack, or the domain name of its stage.',
    variables: {
      api: { default: 'a1b2c3d4e5', description: 'Id of the HTTP API.' },
      region: { default: 'us-east-1', description: 'Region of the stack.' },
    },
  },
  { url: 'http://127.0.0.1:3000', description: 'The local stack (`npm start`), unsigned.' },
];

/** OpenAPI knows no greedy parameters: a caller encodes the slashes. */
function pathOf(route: string): string {
  const path = route.replace(/^\w+ /, '').replace('+}', '}');
  // One path for all that is done with a message, though some take WhatsApp's id and others ours.
  return path.replace(/(?<=\/messages\/)\{\w+\}/, '{message}');
}

function pathObject(path: string, operations: readonly Operation[]) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  const methods = operations.map((operation) => [
    operation.route.split(' ', 1).join('').toLowerCase(),
    operationObject(operation, names),
  ]);
  return Object.fromEntries(methods);
}

function operationObject(operation: Operation, pathParameters: readonly string[]) {
  const { id, summary, body, status = '200', answer, query = [], missing, conflict } = operation;
  const others = Object.entries(operation.others ?? {});
  return {
    operationId: id,
    summary,
    parameters: [...pathParameters.map(pathParameter), ...query],
    ...(body !== undefined && { requestBody: { required: true, ...json(undefined, body) } }),
    responses: {
      [status]: answer === undefined ? { description: 'Done.' } : json('The answer.', answer),
      '400': json('What was sent is wrong or unknown; the message says what and why.', 'Error'),
      '403': json('The caller is of no tenant, or this is for callers that see all.', 'Error'),
      ...(missing !== undefined && { '404': json(missing, 'Error') }),
      ...(conflict !== undefined && { '409': json(conflict, 'Error') }),
      ...Object.fromEntries(others.map(([code, meaning]) => [code, json(meaning, 'Error')])),
      '500': json('A fault of this API.', 'Error'),
      '503': json('What is stored cannot be reached now: try again.', 'Error'),
    },
  };
}

function pathParameter(name: string) {
  const told = Object.entries(PARAMETERS).find(([known]) => known === name)?.[1];
  return { name, in: 'path', required: true, ...told, schema: { type: 'string' } };
}

function json(description: string | undefined, schema: string) {
  const ref = { $ref: `#/components/schemas/${schema}` };
  const example = EXAMPLES[schema];
  if (example === undefined) throw new Error(`there is no example of ${schema}`);
  return {
    ...(description !== undefined && { description }),
    content: { 'application/json': { schema: ref, example } },
  };
}

function componentSchemas() {
  const generated = z.toJSONSchema(schemas, {
    metadata: schemas,
    uri: (id) => `#/components/schemas/${id}`,
    // Members of what events have in common with this have their meaning there.
    override: ({ zodSchema, jsonSchema }) => {
      const note = notes.get(zodSchema);
      if (note !== undefined) jsonSchema.description ??= note.description;
    },
  });
  return Object.fromEntries(
    Object.entries(generated.schemas).map(([id, { $id: _, $schema: __, ...schema }]) => [
      id,
      schema,
    ]),
  );
}
