import { createHmac } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test } from 'vitest';
import { createOutput } from '../../local/output.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { sentAt } from '../support/just-sent.ts';
import { aLocalStack } from '../support/local-stack.ts';

const AWS = { region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };

function textMessage(from: string, id: string) {
  const message = {
    from,
    id: `wamid.${id}`,
    timestamp: sentAt(),
    type: 'text',
    text: { body: id },
  };
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550001', phone_number_id: '1001' },
    contacts: [{ profile: { name: 'Ana' }, wa_id: from }],
    messages: [message],
  };
}

function post(stack: LocalStack, values: object[], secret = 'local-app-secret') {
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: values.map((value) => ({ id: '77', changes: [{ field: 'messages', value }] })),
  });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return fetch(`${stack.url}/webhooks/meta`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  });
}

async function storedRows({ aws, table }: LocalStack): Promise<number> {
  const client = new DynamoDBClient({ endpoint: aws.dynamodb, ...AWS });
  const command = new ScanCommand({
    TableName: table,
    Select: 'COUNT',
    FilterExpression: 'attribute_not_exists(claimId)',
  });
  const { Count = 0 } = await client.send(command);
  client.destroy();
  return Count;
}

test('takes a signed webhook all the way to the table and back', async () => {
  const stack = await aLocalStack();
  const values = ['1', '2', '3'].flatMap((n) => [
    textMessage('491', `a${n}`),
    textMessage('492', `b${n}`),
  ]);

  expect((await post(stack, values)).status).toBe(200);
  await expect.poll(() => storedRows(stack), { timeout: 15_000 }).toBe(6);
  const timeline = await fetch(`${stack.url}/v1/channels/1001/contacts/491/timeline`);
  expect(timeline.status).toBe(200);
  expect(await timeline.text()).toContain('wamid.a3');
});

test('answers health checks, the handshake and refusals with the deployed code', async () => {
  const stack = await aLocalStack();
  const handshake = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.verify_token': 'local-verify-token',
    'hub.challenge': '42',
  });
  expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${stack.url}/webhooks/meta?${handshake}`)).text()).toBe('42');
  expect((await post(stack, [], 'other')).status).toBe(403);
});

test('hands a batch over again, in order, after the table was away', async () => {
  const stack = await aLocalStack({ visibilityTimeoutSeconds: 1 });
  stack.faults.dynamodb = () => ({ code: 'InternalServerError', status: 500 });
  await post(stack, [textMessage('491', '1'), textMessage('491', '2')]);
  await expect.poll(() => stack.queue('inbox').counts(Date.now()).inFlight).toBe(2);
  stack.faults.dynamodb = undefined;

  await expect.poll(() => storedRows(stack), { timeout: 15_000 }).toBe(2);
  expect(stack.queue('inboxDeadLetter').counts(Date.now()).visible).toBe(0);
});

test('takes a secret that is put while it runs', async () => {
  const stack = await aLocalStack();
  const client = new SecretsManagerClient({ endpoint: stack.aws.secretsmanager, ...AWS });
  await client.send(
    new PutSecretValueCommand({
      SecretId: 'SecretsMeta',
      SecretString: '{"appSecrets":["rotated"],"verifyToken":"x"}',
    }),
  );
  client.destroy();

  expect((await post(stack, [textMessage('491', '1')], 'rotated')).status).toBe(200);
});

test('lists its secrets, by the names that they are read by', async () => {
  const stack = await aLocalStack();
  const client = new SecretsManagerClient({ endpoint: stack.aws.secretsmanager, ...AWS });
  onTestFinished(() => client.destroy());
  const { SecretList = [] } = await client.send(new ListSecretsCommand({}));

  const names = SecretList.map(({ Name }) => Name);
  expect(names).toContain('SecretsMeta');
  for (const { ARN: SecretId } of SecretList) {
    const { Name } = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(names).toContain(Name);
  }
});

test('shows the mappings of its template, and maps nothing onto a function that may not poll it', async () => {
  const stack = await aLocalStack();
  const client = new LambdaClient({ endpoint: stack.aws.lambda, ...AWS });
  onTestFinished(() => client.destroy());
  const { EventSourceMappings } = await client.send(new ListEventSourceMappingsCommand());
  const FunctionName = 'StorageProcessorFunction';
  const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

  expect(EventSourceMappings).toContainEqual(
    expect.objectContaining({
      EventSourceArn: arn('InboxQueue.fifo'),
      FunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`,
      State: 'Enabled',
    }),
  );
  const EventSourceArn = arn('InboxDeadLetterQueue.fifo');
  await expect(
    client.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('says how much is left when its time to stop is over, and calls that no failure', async () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const output = createOutput({ write, verbose: false, colours: false });
  const stack = await aLocalStack({ output });
  stack.faults.dynamodb = () => ({ delayMs: 60_000 });
  await post(stack, [textMessage('491', '1'), textMessage('491', '2')]);
  await expect.poll(() => stack.queue('inbox').counts(Date.now()).inFlight).toBe(2);

  expect(await stack.stop()).toBe(2);
  expect(lines).toEqual([]);
});

test('stops after what it accepted is stored', { timeout: 90_000 }, async () => {
  const stack = await aLocalStack();
  const values = Array.from({ length: 200 }, (_, at) => textMessage(`49${at % 7}`, String(at)));
  await post(stack, values);

  expect(await stack.stop(60_000)).toBe(0);
  await expect(fetch(`${stack.url}/healthz`)).rejects.toThrow();
});

test('has its services at the ports that it is told, unless somebody else is there', {
  timeout: 60_000,
}, async () => {
  const assembly = await buildAssembly();
  const start = () => startLocalStack({ assembly, firstPort: 23_410, answersQuickly: false });
  const placesOf = ({ aws, whatsapp }: LocalStack) => [...Object.values(aws), whatsapp.url];
  const first = await start();
  onTestFinished(async () => void (await first.stop()));
  const second = await start();
  onTestFinished(async () => void (await second.stop()));

  const places = placesOf(first);
  expect(places.toSorted()).toEqual(places.map((_, index) => `http://127.0.0.1:${23_410 + index}`));
  expect(placesOf(second).filter((place) => places.includes(place))).toEqual([]);
});
