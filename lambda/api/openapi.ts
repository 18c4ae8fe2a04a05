import * as z from 'zod/mini';
import { DEFAULT_LIMIT, MAX_LIMIT } from './parameters.ts';
import { API_ROUTES } from './routes.ts';
import { schemas } from './schemas.ts';

interface Operation {
  readonly id: string;
  readonly route: (typeof API_ROUTES)[keyof typeof API_ROUTES];
  readonly summary: string;
  readonly schema: string;
  readonly query?: readonly object[];
  readonly missing?: string;
}

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
  wamid: {
    description: 'Id of the message, URL-encoded.',
    example: 'wamid.HBgNNTIxNTU1MDAwMTExMRUCABEYEjAwMDAwMDAwMDAwMDAwMDAwMQA=',
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

const OPERATIONS: readonly Operation[] = [
  {
    id: 'readTimeline',
    route: API_ROUTES.timeline,
    summary: 'What was said with a contact, newest first, inbound and outbound together',
    schema: 'Timeline',
    query: PAGING,
    missing: 'Nothing is known of the contact.',
  },
  {
    id: 'readContact',
    route: API_ROUTES.contact,
    summary:
      'Who a contact is, when last seen, until when free-form messages may be sent, opt-outs',
    schema: 'Contact',
    missing: 'Nothing is known of the contact.',
  },
  {
    id: 'readMessage',
    route: API_ROUTES.message,
    summary: 'What became of an outbound message',
    schema: 'SentMessage',
    missing: 'No status of the message is known.',
  },
];

/** The read API as an OpenAPI document, from the schemas of its answers. */
export function openApiDocument() {
  const routes = OPERATIONS.map((operation) => {
    // OpenAPI knows no greedy parameters: a caller encodes the slashes.
    const path = operation.route.slice('GET '.length).replace('+}', '}');
    return [path, { get: operationObject(operation, path) }] as const;
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Floodgate read API',
      version: '1',
      description:
        'Reads what was stored of WhatsApp webhooks. Times are ISO 8601 in UTC. In AWS every call is signed (SigV4, service `execute-api`).',
    },
    paths: Object.fromEntries(routes),
    components: { schemas: componentSchemas() },
  };
}

function operationObject({ id, summary, schema, query = [], missing }: Operation, path: string) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  return {
    operationId: id,
    summary,
    parameters: [...names.map(pathParameter), ...query],
    responses: {
      '200': json('The answer.', schema),
      '400': json('A parameter is wrong or unknown; the message says which and why.', 'Error'),
      ...(missing !== undefined && { '404': json(missing, 'Error') }),
      '500': json('A fault of this API.', 'Error'),
      '503': json('The stored data cannot be read now: try again.', 'Error'),
    },
  };
}

function pathParameter(name: string) {
  const told = Object.entries(PARAMETERS).find(([known]) => known === name)?.[1];
  return { name, in: 'path', required: true, ...told, schema: { type: 'string' } };
}

function json(description: string, schema: string) {
  const ref = { $ref: `#/components/schemas/${schema}` };
  return { description, content: { 'application/json': { schema: ref } } };
}

function componentSchemas() {
  const generated = z.toJSONSchema(schemas, {
    metadata: schemas,
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(generated.schemas).map(([id, { $id: _, $schema: __, ...schema }]) => [
      id,
      schema,
    ]),
  );
}
