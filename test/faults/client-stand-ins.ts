import type { HttpAnswer, HttpCall } from './http-call.ts';

/** What the functions call of services that speak AWS's JSON protocols. */
const SERVICES = [
  {
    module: '@aws-sdk/client-dynamodb',
    client: 'DynamoDBClient',
    target: 'DynamoDB_20120810',
    operations: [
      ...['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
    ],
  },
  {
    module: '@aws-sdk/client-sqs',
    client: 'SQSClient',
    target: 'AmazonSQS',
    operations: [
      ...['ChangeMessageVisibilityBatch', 'CreateQueue', 'DeleteMessage', 'DeleteQueue'],
      ...['GetQueueAttributes', 'ListQueues', 'ReceiveMessage', 'SendMessage'],
      'SendMessageBatch',
    ],
  },
  {
    module: '@aws-sdk/client-secrets-manager',
    client: 'SecretsManagerClient',
    target: 'secretsmanager',
    operations: ['GetSecretValue'],
  },
];

interface Settings {
  readonly endpoint: string;
  readonly requestHandler: {
    readonly exchange: (call: HttpCall, signal: AbortSignal) => Promise<HttpAnswer>;
  };
}

/** What a client is asked to do. */
class Command {
  readonly operation: string;
  readonly input: object;

  constructor(operation: string, input: object) {
    this.operation = operation;
    this.input = input;
  }
}

function commandOf(operation: string) {
  return class extends Command {
    constructor(input: object) {
      super(operation, input);
    }
  };
}

function clientOf(target: string) {
  return class {
    readonly #settings: Settings;
    readonly #hostname: string;

    constructor(settings: Settings) {
      this.#settings = settings;
      this.#hostname = new URL(settings.endpoint).hostname;
    }

    async send({ operation, input }: Command, { abortSignal }: { abortSignal: AbortSignal }) {
      const headers = { 'x-amz-target': `${target}.${operation}` };
      const call = { method: 'POST', hostname: this.#hostname, path: '/', query: {}, headers };
      const body = JSON.stringify(input);
      const answer = await this.#settings.requestHandler.exchange({ ...call, body }, abortSignal);
      const output = JSON.parse(String(answer.body));
      if (answer.statusCode < 300) return output;
      throw Object.assign(new Error(), {
        name: String(output.__type).replace(/^.*#/, ''),
        $metadata: { httpStatusCode: answer.statusCode },
      });
    }
  };
}

/**
 * In place of the SDK's clients where each call is JSON there and back: their layers take more than
 * half of a simulated call, and what they make of it is this. Longer runs have the SDK's own.
 */
export const CLIENT_STAND_INS: Readonly<Record<string, Record<string, unknown>>> =
  Object.fromEntries(
    SERVICES.map(({ module, client, target, operations }) => [
      module,
      {
        [client]: clientOf(target),
        ...Object.fromEntries(operations.map((one) => [`${one}Command`, commandOf(one)])),
      },
    ]),
  );
