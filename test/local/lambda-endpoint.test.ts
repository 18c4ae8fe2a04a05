import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  paginateListEventSourceMappings,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../local/clock.ts';
import type { InvocationResult } from '../../local/functions/execution-environment.ts';
import { startQueueSource } from '../../local/functions/queue-source.ts';
import type { FaultHook } from '../../local/loopback-server.ts';
import { serveLambda } from '../../local/mappings/endpoint.ts';
import { MappingHost } from '../../local/mappings/mapping-host.ts';
import { Rights } from '../../local/rights/rights.ts';
import { QueueHost, queueArn } from '../../local/sqs/queue-host.ts';
import { readTemplate } from '../../local/template/template.ts';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Deliverer';
const MINUTE_MS = 60_000;

interface Options {
  readonly switchMs?: number;
  readonly run?: (event: SQSEvent) => Promise<InvocationResult>;
  readonly faults?: FaultHook;
  readonly secretAccessKey?: string;
  readonly rights?: Rights;
}

/** Those of the function, where its role has these on its queue. */
function rightsOf(...actions: string[]): Rights {
  const PolicyDocument = {
    Statement: [{ Effect: 'Allow', Action: actions, Resource: queueArn('a.fifo') }],
  };
  const Resources = {
    Deliverer: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...{ Code: { S3Key: 'a.zip' }, Handler: 'index.handler', Runtime: 'nodejs24.x' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument }] } },
  };
  const template = { Resources, Parameters: {}, Conditions: {} };
  const rights = new Rights();
  rights.readRoles(readTemplate({ template, assetFolder: () => '' }, (name) => name));
  return rights;
}

const succeed = async (): Promise<InvocationResult> => ({ ok: true, result: null });

async function anEndpoint({ switchMs = 0, run = succeed, ...options }: Options = {}) {
  const clock = new LocalClock();
  const queues = new QueueHost(clock);
  const { rights = new Rights() } = options;
  const mappings = new MappingHost({ queues, clock, switchMs, rights });
  const batches: string[][] = [];
  mappings.addFunction({
    ...{ name: 'Deliverer', arn: FUNCTION_ARN, timeoutSeconds: 30 },
    poll: (arn, { batchSize, maximumConcurrency, reportsBatchItemFailures }) =>
      startQueueSource({
        ...{ queues, arn, batchSize, reportsBatchItemFailures },
        concurrency: maximumConcurrency ?? 1,
        invoke: (event) => {
          batches.push(event.Records.map(({ body }) => body));
          return run(event);
        },
      }),
  });
  const guard = () => undefined;
  const faults = options.faults ?? (() => undefined);
  const server = await serveLambda(mappings, faults, guard, clock.now);
  const { secretAccessKey = 'local' } = options;
  const client = new LambdaClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    mappings.stop();
    await server.close();
  });
  const aQueue = (name: string) => queues.create({ name, visibilityTimeoutSeconds: 3_600 });
  aQueue('a.fifo');
  let sent = 0;
  const send = (body: string, name = 'a.fifo') => {
    sent += 1;
    queues.find(name)?.queue.send({ groupId: body, body, deduplicationId: `${sent}` }, clock.now());
  };
  const create = (overrides: Partial<CreateEventSourceMappingCommandInput> = {}) =>
    client.send(
      new CreateEventSourceMappingCommand({
        ...{ EventSourceArn: queueArn('a.fifo'), FunctionName: 'Deliverer' },
        ...overrides,
      }),
    );
  const stateOf = async (UUID: string | undefined) =>
    (await client.send(new GetEventSourceMappingCommand({ UUID }))).State;
  const update = (UUID: string | undefined, changes: object) =>
    client.send(new UpdateEventSourceMappingCommand({ UUID, ...changes }));
  const remove = (UUID: string | undefined) =>
    client.send(new DeleteEventSourceMappingCommand({ UUID }));
  const enabled = async (overrides: Partial<CreateEventSourceMappingCommandInput> = {}) => {
    const { UUID } = await create(overrides);
    if (switchMs > 0) clock.advance(switchMs);
    await expect.poll(() => stateOf(UUID)).toBe('Enabled');
    return UUID;
  };
  return {
    ...{ clock, queues, mappings, batches, client, aQueue, send },
    ...{ create, stateOf, update, remove, enabled },
  };
}

describe('an event source mapping of a queue', () => {
  test('is shown as Lambda shows it, and polls once it is enabled', async () => {
    const { clock, create, stateOf, send, batches } = await anEndpoint({ switchMs: MINUTE_MS });
    send('1');
    const created = await create({
      BatchSize: 3,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
      Tags: { stage: 'local' },
    });

    expect(created).toMatchObject({
      $metadata: { httpStatusCode: 202 },
      UUID: expect.stringMatching(/^[\da-f-]{36}$/),
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${created.UUID}`,
      EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:a.fifo',
      FunctionArn: FUNCTION_ARN,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      BatchSize: 3,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
      LastModified: expect.any(Date),
    });
    expect(Math.abs((created.LastModified?.getTime() ?? 0) - clock.now())).toBeLessThan(5_000);
    expect(batches).toEqual([]);
    clock.advance(MINUTE_MS);
    await expect.poll(() => stateOf(created.UUID)).toBe('Enabled');
    await expect.poll(() => batches).toEqual([['1']]);
  });

  test('is changed while it runs, by what a request names alone', async () => {
    const { enabled, update, stateOf, send, batches } = await anEndpoint();
    const UUID = await enabled({ ScalingConfig: { MaximumConcurrency: 2 } });

    expect(await update(UUID, { BatchSize: 1 })).toMatchObject({
      ...{ State: 'Updating', BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      $metadata: { httpStatusCode: 202 },
    });
    await expect.poll(() => stateOf(UUID)).toBe('Enabled');
    for (const body of ['1', '2']) send(body);
    await expect.poll(() => batches).toEqual([['1'], ['2']]);
    expect((await update(UUID, { ScalingConfig: {} })).ScalingConfig).toBeUndefined();
  });

  test('polls until it is disabled, lets the function finish, and goes on later', async () => {
    const first = Promise.withResolvers<InvocationResult>();
    const { clock, queues, mappings, enabled, update, stateOf, send, batches } = await anEndpoint({
      switchMs: MINUTE_MS,
      run: () => first.promise,
    });
    const UUID = await enabled({ ScalingConfig: { MaximumConcurrency: 2 } });
    send('1');
    await expect.poll(() => batches).toEqual([['1']]);
    expect((await update(UUID, { Enabled: false })).State).toBe('Disabling');
    send('2');
    await expect.poll(() => batches).toEqual([['1'], ['2']]);
    clock.advance(MINUTE_MS);
    expect(await stateOf(UUID)).toBe('Disabling');
    first.resolve({ ok: true, result: null });
    await expect.poll(() => stateOf(UUID)).toBe('Disabled');
    expect(queues.find('a.fifo')?.left).toBe(0);

    send('3');
    expect([mappings.left(), mappings.resting]).toEqual([0, 1]);
    expect((await update(UUID, { Enabled: true })).State).toBe('Enabling');
    expect(batches).toHaveLength(2);
    clock.advance(MINUTE_MS);
    await expect.poll(() => batches).toEqual([['1'], ['2'], ['3']]);
  });

  test('is there until it is deleted, and then is not', async () => {
    const { clock, enabled, remove, stateOf, create } = await anEndpoint({ switchMs: MINUTE_MS });
    const UUID = await enabled();

    expect(await remove(UUID)).toMatchObject({
      ...{ State: 'Deleting', $metadata: { httpStatusCode: 202 } },
    });
    await expect(create()).rejects.toMatchObject({ name: 'ResourceConflictException' });
    clock.advance(MINUTE_MS);
    await expect
      .poll(() => stateOf(UUID).catch(({ name }) => name))
      .toBe('ResourceNotFoundException');
    await create();
  });

  test('outlives its queue without a poll, and goes on with another one of that name', async () => {
    const { clock, queues, aQueue, enabled, stateOf, send, batches, mappings } = await anEndpoint();
    const UUID = await enabled();
    queues.remove('a.fifo');
    send('lost');
    clock.advance(MINUTE_MS);

    expect(await stateOf(UUID)).toBe('Enabled');
    expect(mappings.left()).toBe(0);
    aQueue('a.fifo');
    send('1');
    await expect.poll(() => batches).toEqual([['1']]);
  });

  test('may begin disabled', async () => {
    const { create, stateOf, send, batches } = await anEndpoint();
    const { UUID, State } = await create({ Enabled: false });
    expect(State).toBe('Creating');
    await expect.poll(() => stateOf(UUID)).toBe('Disabled');
    send('1');
    expect(batches).toEqual([]);
  });
});

describe('the Lambda endpoint', () => {
  test('lists mappings by queue and by function, page by page, with those of the template', async () => {
    const { client, mappings, aQueue, create, queues } = await anEndpoint();
    for (const name of ['b.fifo', 'c.fifo']) {
      aQueue(name);
      await create({ EventSourceArn: queueArn(name), FunctionName: FUNCTION_ARN });
    }
    queues.create({ name: 'jobs' });
    mappings.adopt('template', queueArn('jobs'), FUNCTION_ARN, {
      ...{ isEnabled: true, batchSize: 10, maximumConcurrency: 2, reportsBatchItemFailures: true },
    });
    mappings.show({ UUID: 'stream', EventSourceArn: 'arn:stream', FunctionArn: 'arn:other' });
    const list = async (filter: object) =>
      (await client.send(new ListEventSourceMappingsCommand(filter))).EventSourceMappings?.length;

    expect(await list({})).toBe(4);
    expect(await list({ FunctionName: 'Deliverer' })).toBe(3);
    expect(await list({ FunctionName: 'Other' })).toBe(0);
    expect(await list({ EventSourceArn: queueArn('b.fifo') })).toBe(1);
    expect(await list({ EventSourceArn: queueArn('b.fifo'), FunctionName: 'Other' })).toBe(0);
    const pages = [];
    for await (const page of paginateListEventSourceMappings({ client, pageSize: 3 }, {})) {
      pages.push(page.EventSourceMappings?.map(({ UUID }) => UUID));
    }
    expect(pages.map((page) => page?.length)).toEqual([3, 1]);
    expect(new Set(pages.flat()).size).toBe(4);
  });

  test('has one mapping of a queue and a function, and names it to whoever wants another', async () => {
    const { create } = await anEndpoint();
    const { UUID } = await create();

    await expect(create()).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: `An event source mapping with SQS arn (" arn:aws:sqs:us-east-1:000000000000:a.fifo ") and function (" Deliverer ") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
      $metadata: { httpStatusCode: 409 },
    });
  });

  test('changes nothing of a mapping that is being switched', async () => {
    const { create, update, remove } = await anEndpoint({ switchMs: MINUTE_MS });
    const { UUID } = await create();

    for (const call of [() => update(UUID, { Enabled: false }), () => remove(UUID)]) {
      await expect(call()).rejects.toMatchObject({
        ...{ name: 'ResourceInUseException', $metadata: { httpStatusCode: 400 } },
      });
    }
  });

  test.each<[string, Partial<CreateEventSourceMappingCommandInput>, string]>([
    ['no queue', { EventSourceArn: queueArn('none.fifo') }, 'NonExistentQueue'],
    ['one at once', { ScalingConfig: { MaximumConcurrency: 1 } }, 'greater than or equal to 2'],
    ['too many at once', { ScalingConfig: { MaximumConcurrency: 1_001 } }, 'equal to 1000'],
    ['a large batch', { BatchSize: 11 }, 'batch size of FIFO queues is 10'],
    ['no batch', { BatchSize: 0 }, 'greater than or equal to 1'],
    ['a window', { MaximumBatchingWindowInSeconds: 1 }, 'not supported for FIFO'],
    ['what it does not have', { FilterCriteria: { Filters: [] } }, 'FilterCriteria'],
    ['a queue that hides too shortly', { EventSourceArn: queueArn('short.fifo') }, '29 seconds'],
  ])('refuses a mapping of %s', async (_, input, message) => {
    const { create, queues } = await anEndpoint();
    queues.create({ name: 'short.fifo', visibilityTimeoutSeconds: 29 });

    await expect(create(input)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('refuses a mapping for a function whose role may not poll the queue', async () => {
    const actions = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
    for (const missing of actions) {
      const others = actions.filter((one) => one !== missing).map((one) => `sqs:${one}`);
      const { create } = await anEndpoint({ rights: rightsOf(...others) });

      await expect(create()).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: `The provided execution role does not have permissions to call ${missing} on SQS`,
      });
    }
    const all = rightsOf(...actions.map((one) => `sqs:${one}`));
    const { create } = await anEndpoint({ rights: all });
    expect((await create()).State).toBe('Creating');
    expect(all.unused).toEqual([]);
  });

  test('finds nothing that is not there', async () => {
    const { create, update, remove, stateOf } = await anEndpoint();
    const missing = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };

    await expect(create({ FunctionName: 'Other' })).rejects.toMatchObject(missing);
    await expect(update('none', {})).rejects.toMatchObject(missing);
    await expect(remove('none')).rejects.toMatchObject(missing);
    await expect(stateOf('none')).rejects.toMatchObject(missing);
  });

  test('takes what is signed only', async () => {
    const { stateOf } = await anEndpoint({ secretAccessKey: 'other' });

    await expect(stateOf('any')).rejects.toMatchObject({
      ...{ name: 'InvalidSignatureException', $metadata: { httpStatusCode: 403 } },
    });
  });

  test('fails on demand', async () => {
    const { create } = await anEndpoint({
      faults: (action) =>
        action === 'CreateEventSourceMapping'
          ? { code: 'TooManyRequestsException', status: 429 }
          : undefined,
    });

    await expect(create()).rejects.toMatchObject({
      ...{ name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } },
    });
  });
});
