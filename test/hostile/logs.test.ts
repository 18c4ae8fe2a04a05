import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { METRICS, type MetricName } from '../../lambda/metric-names.ts';
import { listen } from '../../local/loopback-server.ts';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import { generateTraffic } from '../../local/traffic/traffic.ts';
import { subscribe } from '../pipeline/delivering.ts';
import { SENT_AT } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { CHANNEL, metaSignature } from '../support/webhooks.ts';
import { lambdaSources } from './lambda-sources.ts';
import { leaksIn, privateTextsOf } from './leaks.ts';
import { sendCampaign } from './personal-campaign.ts';
import { sendPersonally, withoutChannel } from './personal-sending.ts';
import { PERSON, personalWebhooks } from './personal-webhooks.ts';
import { denied, passTime, refusesUntil, says } from './watched-stack.ts';

const MINUTE = 60_000;
const SECRETS = {
  meta: ['meta-secret-vK3pQ8sT', 'meta-previous-Zr7wLm2x'],
  wasender: ['wasender-secret-Hd94kPq1', 'wasender-previous-Xc52nBv8'],
  verifyToken: 'verify-token-Jq6tYw3e',
  pathToken: 'path-token-Mf81zRu5',
  endpointKey: 'endpoint-key-Wq83nLx6',
};

async function aWatchedPipeline() {
  const written: string[] = [];
  const secret = new Set<string>(Object.values(SECRETS).flat());
  const write = (_: string, line: string) => void written.push(line);
  const pipeline = await aPipeline({
    maxConcurrency: 1,
    providers: {
      metaVerifyToken: SECRETS.verifyToken,
      metaAppSecrets: SECRETS.meta,
      wasenderSecrets: SECRETS.wasender,
    },
    output: {
      functionLine: write,
      failure: write,
      detail: (line) => void written.push(line),
      flush: () => undefined,
    },
  });
  const { stack } = pipeline;
  await putWasenderSecret(pipeline);

  async function send(path: string, body: string, signature: Record<string, string>) {
    for (const text of Object.values(signature)) secret.add(text.replace(/^sha256=/, ''));
    const headers = { 'content-type': 'application/json', ...signature };
    const answer = await fetch(`${stack.url}${path}`, { method: 'POST', body, headers });
    written.push(await answer.text());
    return answer.status;
  }

  return {
    ...{ ...pipeline, written, secret },
    postMeta: (body: string, appSecret = SECRETS.meta[0] ?? '', headers = {}) =>
      send('/webhooks/meta', body, {
        'x-hub-signature-256': metaSignature(body, appSecret),
        ...headers,
      }),
    postWasender: (
      body: string,
      signature = SECRETS.wasender[0] ?? '',
      token = SECRETS.pathToken,
    ) => send(`/webhooks/wasender/${token}`, body, { 'x-webhook-signature': signature }),
  };
}

type Watched = Awaited<ReturnType<typeof aWatchedPipeline>>;

/** The path token that the stack starts with is a word that stands in every log. */
async function putWasenderSecret({ stack }: Pipeline): Promise<void> {
  const sessions = [{ session: 'shop', token: SECRETS.pathToken, secrets: SECRETS.wasender }];
  const input = { SecretId: 'SecretsWasender', SecretString: JSON.stringify({ sessions }) };
  const headers = { 'x-amz-target': 'secretsmanager.PutSecretValue' };
  const answer = await signedFetch({
    ...{ service: 'secretsmanager', url: stack.aws.secretsmanager, method: 'POST', headers },
    body: JSON.stringify(input),
  });
  expect(answer.status).toBe(200);
}

/** Endpoints that take what they get, that answer with what they got, and that are gone. */
async function subscribeAll(watched: Watched): Promise<void> {
  const answers: Readonly<Record<string, RequestListener>> = {
    taking: (_, response) => void response.end(),
    failing: (request, response) => {
      response.writeHead(500);
      request.pipe(response);
    },
    gone: (_, response) => void response.writeHead(410).end(PERSON.text),
  };
  for (const [name, answer] of Object.entries(answers)) {
    const server = await listen(createServer(answer));
    onTestFinished(() => server.close());
    const url = `${server.url}/hook?key=${SECRETS.endpointKey}`;
    await subscribe(watched, url, { name });
  }
}

/** What no function can read, on its way to each of them, and who receives it. */
async function disturbDeliveries({ stack, dynamodb }: Watched): Promise<void> {
  const body = `{"v":1,"wamid":"${PERSON.wamid}"}`;
  const message = { groupId: 'poison', deduplicationId: 'poison', body };
  stack.queue('deliveries').send(message, stack.clock.now());
  const row = { provider: { S: 'meta' }, payload: { S: PERSON.text } };
  const Item = { pk: { S: 'a' }, sk: { S: 'message.a' }, ...row };
  const config = { S: `{"v":9,"name":"${PERSON.name}"}` };
  const key = { pk: { S: 'subscribers' }, sk: { S: 'sub_unreadable' } };
  const unreadable = { ...key, config, mappingId: { S: 'none' } };
  for (const one of [Item, unreadable]) {
    await dynamodb('PutItem', { TableName: stack.table, Item: one }, AbortSignal.timeout(10_000));
  }
}

async function sendTraffic({ postMeta, postWasender, secret }: Watched): Promise<void> {
  const script = {
    endMs: SENT_AT,
    seed: 3,
    contacts: 10,
    messages: 20,
    statuses: 20,
    mediaShare: 0.4,
    batch: 4,
  };
  const posts = { meta: postMeta, wasender: postWasender };
  for (const provider of ['meta', 'wasender'] as const) {
    const bodies = generateTraffic({ ...script, provider }).map(({ body }) => body);
    for (const body of [...bodies, ...personalWebhooks[provider]]) {
      for (const text of privateTextsOf(body)) secret.add(text);
      expect(await posts[provider](body)).toBe(200);
    }
    // The same again, by the secret before.
    expect(await posts[provider](bodies[0] ?? '', SECRETS[provider][1])).toBe(200);
  }
}

async function sendRefused({ stack, postMeta, postWasender, secret }: Watched): Promise<void> {
  const [webhook = ''] = personalWebhooks.meta;
  const answers = [
    [401, postMeta(webhook, '', { 'x-hub-signature-256': `sha256=${PERSON.phone}` })],
    [401, fetch(`${stack.url}/webhooks/meta`, { method: 'POST', body: webhook })],
    [403, postMeta(webhook, 'some-other-secret')],
    [403, postWasender(webhook, 'wrong-wasender-Qa8')],
    [403, postWasender(webhook, SECRETS.wasender[0], `unknown-token-${PERSON.phone}`)],
    [400, postMeta(`position ${PERSON.phone}`)],
    [400, postMeta(`{"text":"${PERSON.text}" ${PERSON.phone}`)],
    [400, postMeta(`"${PERSON.email}`)],
    [400, postMeta(JSON.stringify({ entry: PERSON.name }))],
    [200, postMeta(JSON.stringify({ object: PERSON.name }))],
    [400, postWasender(JSON.stringify({ data: PERSON.text }))],
    [200, postMeta('{"object":"whatsapp_business_account","entry":[]}')],
    [200, postMeta(JSON.stringify({ object: 'instagram', entry: [{ id: PERSON.phone }] }))],
    [404, fetch(`${stack.url}/webhooks/${PERSON.phone}`)],
    [403, handshake(stack.url, `verify-${PERSON.phone}`)],
    [200, handshake(stack.url, SECRETS.verifyToken)],
  ] as const;
  secret.add('some-other-secret');
  for (const [status, answer] of answers) {
    const answered = await answer;
    expect(typeof answered === 'number' ? answered : answered.status).toBe(status);
  }
}

function handshake(url: string, token: string): Promise<Response> {
  const query = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.verify_token': token,
    'hub.challenge': '1',
  });
  return fetch(`${url}/webhooks/meta?${query}`);
}

async function sendWhileAway({ stack, postMeta }: Watched): Promise<void> {
  const [webhook = ''] = personalWebhooks.meta;
  const { faults } = stack;
  faults.sqs = (action) => (action === 'SendMessageBatch' ? denied : undefined);
  expect(await postMeta(webhook)).toBe(503);
  faults.sqs = undefined;
  faults.s3 = () => ({ code: 'AccessDenied', status: 403 });
  expect(await postMeta(personalWebhooks.large)).toBe(503);
  faults.s3 = undefined;
  faults.secretsmanager = () => denied;
  // For an hour ingest goes on with the secret that it knows.
  stack.clock.advance(6 * MINUTE);
  expect(await postMeta(webhook)).toBe(200);
  stack.clock.advance(55 * MINUTE);
  expect(await postMeta(webhook)).toBe(503);
  faults.secretsmanager = undefined;
}

/** What the processor returns, sets aside and cannot set aside. */
async function disturbProcessing(watched: Watched): Promise<void> {
  const { stack, postMeta } = watched;
  const { faults, clock } = stack;
  const poison = [PERSON.text, `{"v":1,"wamid":"${PERSON.wamid}"}`];
  for (const [n, body] of poison.entries()) {
    const ids = { groupId: `poison-${n}`, deduplicationId: `poison-${n}` };
    stack.queue('inbox').send({ ...ids, body }, clock.now());
  }
  // Neither dead-lettered nor delayed at first.
  let refusals = 3;
  const complaint = 'Returned events wait';
  const delaying = refusesUntil(watched, complaint, 'ChangeMessageVisibilityBatch');
  faults.sqs = (action) => {
    if (action !== 'SendMessage') return delaying(action);
    return refusals-- > 0 ? denied : undefined;
  };
  const codes = ['ValidationException', 'ConditionalCheckFailedException', 'AccessDeniedException'];
  let calls = 0;
  faults.dynamodb = () => {
    const code = codes.at(calls % codes.length) ?? '';
    calls += 1;
    return { code };
  };
  for (const body of personalWebhooks.again) expect(await postMeta(body)).toBe(200);
  await passTime(watched, () => calls > 60 && says(watched, complaint));
  faults.dynamodb = () => ({ code: 'ValidationException' });
  await passTime(watched, () => deadLetters(stack) > 2);
  // One that waits for the table, so that there is something to hand on when nobody takes it.
  faults.sqs = undefined;
  faults.dynamodb = () => ({ code: 'ProvisionedThroughputExceededException' });
  expect(await postMeta(personalWebhooks.late)).toBe(200);
  const returned = 'Records returned to the stream';
  faults.sqs = refusesUntil(watched, returned, 'SendMessageBatch');
  faults.dynamodb = undefined;
  await passTime(watched, () => waiting(stack) === 0 && says(watched, returned));
}

/** What the media function cannot store, nor delay. */
async function disturbMedia(watched: Watched): Promise<void> {
  const { faults } = watched.stack;
  const complaint = 'Returned jobs wait';
  faults.sqs = refusesUntil(watched, complaint, 'ChangeMessageVisibilityBatch');
  faults.s3 = () => ({ code: 'AccessDenied', status: 403 });
  expect(await watched.postMeta(personalWebhooks.photo)).toBe(200);
  await expect.poll(() => says(watched, complaint)).toBe(true);
  faults.s3 = undefined;
}

function waiting({ queue, clock }: Pipeline['stack']): number {
  const { visible, inFlight } = queue('inbox').counts(clock.now());
  return visible + inFlight;
}

function deadLetters({ queue, clock }: Pipeline['stack']): number {
  return queue('inboxDeadLetter').counts(clock.now()).visible;
}

async function readBack({ stack, read }: Watched): Promise<void> {
  const channel = `/v1/channels/${CHANNEL}`;
  const paths = [
    `${channel}/contacts/${PERSON.phone}`,
    `${channel}/contacts/${PERSON.userId}/timeline`,
    `${channel}/contacts/${encodeURIComponent(PERSON.name)}/timeline?cursor=${PERSON.phone}`,
    `${channel}/messages/${encodeURIComponent(PERSON.wamid)}`,
  ];
  const statuses = [];
  for (const path of paths) statuses.push((await read(path)).status);
  expect(statuses.slice(0, 3)).toEqual([200, 200, 400]);
  stack.faults.dynamodb = () => ({ code: 'InternalServerError', status: 500 });
  for (const path of paths.slice(0, 2)) expect((await read(path)).status).toBe(503);
  stack.faults.dynamodb = undefined;
}

test('nothing private is in a log line, a metric, an error or an answer', {
  timeout: 300_000,
}, async () => {
  const watched = await aWatchedPipeline();
  const { stack, written, secret, postMeta, settle } = watched;
  stack.faults.secretsmanager = () => denied;
  expect(await postMeta(personalWebhooks.meta[0] ?? '')).toBe(503);
  stack.faults.secretsmanager = undefined;

  await subscribeAll(watched);
  await disturbDeliveries(watched);
  await sendTraffic(watched);
  await sendRefused(watched);
  await settle();
  await readBack(watched);
  await sendWhileAway(watched);
  await disturbMedia(watched);
  await disturbProcessing(watched);
  await sendPersonally(watched);
  await sendCampaign(watched, postMeta);
  await passTime(watched, () => says(watched, 'Endpoint answers nobody'));
  const uncounted = () => METRICS.filter((name) => !RARE.has(name) && !says(watched, `"${name}"`));
  await expect.poll(uncounted, { timeout: 30_000 }).toEqual([]);
  await stack.stop();

  const isUnsaid = (message: string) =>
    !RARE_MESSAGES.has(message) && !says(watched, `"${message}"`);
  expect([...logMessages()].filter(isUnsaid)).toEqual([]);
  expect(secret.size).toBeGreaterThan(200);
  expect(leaksIn(written.map(withoutChannel), [...secret, ...Object.values(PERSON)])).toEqual([]);
});

/** What this run does not bring about: their functions' own tests do. */
const RARE: ReadonlySet<MetricName> = new Set([
  ...(['ForgettingOverdue', 'MediaThrottled', 'MediaTokenRefused'] as const),
  ...(['ProbeInterrupted', 'RowGivenUp', 'EventUnaccounted'] as const),
]);

const RARE_MESSAGES: ReadonlySet<string> = new Set([
  'Campaigns not looked after',
  'Deliveries dead-lettered',
  'Events of a subscriber accounted for nowhere',
  'Listener removed, nobody has read it for a day',
  'Log of deliveries not written',
  'Returned deliveries wait for the visibility timeout',
  'Widget not drawn',
]);

/** Each message that the functions' code can log. */
function logMessages(): ReadonlySet<string> {
  const calls = lambdaSources().flatMap(({ source }) => [
    ...source.matchAll(/\b(?:warn|error)\(\s*'([^']+)'/g),
  ]);
  return new Set(calls.map(([, message = '']) => message));
}
