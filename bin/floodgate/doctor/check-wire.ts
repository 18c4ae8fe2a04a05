import { randomUUID } from 'node:crypto';
import { bad, type Finding, good, judged } from '../../../lambda/channels/finding.ts';
import { type MetaSecrets, parseMetaSecrets } from '../../../lambda/providers/secrets.ts';
import { awaitStored } from '../../../local/traffic/await-stored.ts';
import { expectedEvents } from '../../../local/traffic/expected.ts';
import { signRequest } from '../../../local/traffic/sign.ts';
import { clientSettings } from '../stack/client-settings.ts';
import { reasonOf, type StackAddress } from '../stack/deployed-stack.ts';
import { openTable } from '../stack/readable-table.ts';

const PATIENCE_MS = 15_000;
/** A signature of AWS's is good for five minutes; times of events should not be off by nearly as much. */
const MOST_SKEW_MS = 30_000;

/** Whether the stack answers, and tells the time as this machine does. */
export async function checkApi({ api }: StackAddress): Promise<readonly Finding[]> {
  const startedAt = Date.now();
  const response = await get(`${api}/healthz`);
  if (response === undefined) {
    return [
      bad('api', `nothing answers at ${api}`, 'npm start, or deploy it again: npx cdk deploy'),
    ];
  }
  const mend = 'look at the alarms and logs of the stack: npx floodgate status';
  const health = judged('api', response.ok, `${api} answers ${response.status}`, mend);
  const skewMs = Math.abs(Date.parse(response.headers.get('date') ?? '') - startedAt);
  if (Number.isNaN(skewMs)) return [health];
  const found = `within ${Math.ceil(skewMs / 1000)} s of the stack's`;
  const advice = 'set the clock of this machine, for example with timedatectl set-ntp true';
  return [health, judged('clock', skewMs < MOST_SKEW_MS, found, advice)];
}

/** What Meta is known by, and each thing that is wrong with it. */
export async function checkSecret(
  stack: StackAddress,
): Promise<{ readonly findings: readonly Finding[]; readonly secrets?: MetaSecrets }> {
  const id = stack.outputs.get('MetaSecret');
  if (id === undefined) return { findings: [] };
  const fill =
    'run the command of the output AddAppSecret, and type the app secret of the Meta app';
  try {
    const secrets = parseMetaSecrets(await secretOf(stack, id));
    const { length } = secrets.appSecrets;
    const found = length === 0 ? 'no app secret of Meta' : `app secrets of Meta: ${length}`;
    return { findings: [judged('secret', length > 0, found, fill)], secrets };
  } catch (error) {
    return { findings: [bad('secret', `it cannot be read: ${reasonOf(error)}`, fill)] };
  }
}

async function secretOf({ endpoints }: StackAddress, SecretId: string): Promise<string> {
  // Loaded here, because it takes longer than all the rest of the command.
  const { GetSecretValueCommand, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient(clientSettings(endpoints?.secretsmanager));
  const { SecretString = '' } = await client
    .send(new GetSecretValueCommand({ SecretId }))
    .finally(() => client.destroy());
  return SecretString;
}

/** Asks as Meta does when somebody registers the webhook. */
export async function checkHandshake(
  stack: StackAddress,
  { verifyTokens }: MetaSecrets,
): Promise<Finding> {
  const challenge = randomUUID();
  const [token = ''] = verifyTokens;
  const query = new URLSearchParams({
    ...{ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': challenge },
  });
  const response = await get(`${metaUrl(stack)}?${query}`);
  const isOk = response?.status === 200 && (await response.text()) === challenge;
  const found = isOk
    ? 'the webhook answers the challenge'
    : `it answers ${response?.status ?? 'nothing'}`;
  return judged(
    'handshake',
    isOk,
    found,
    `register ${metaUrl(stack)} with the verify token of the output ReadVerifyToken`,
  );
}

/** Sends a webhook as Meta would, and looks for its row. */
export async function checkPing(
  stack: StackAddress,
  { appSecrets: [meta = ''] }: MetaSecrets,
): Promise<Finding> {
  const value = { ping: randomUUID() };
  const change = { field: 'floodgate_doctor', value };
  const entry = { id: '100000000000000', time: Math.floor(Date.now() / 1000), changes: [change] };
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] });
  const webhook = { provider: 'meta', body } as const;
  const baseUrl = metaUrl(stack).replace(/\/webhooks\/meta$/, '');
  const target = { baseUrl, secrets: { meta, wasender: '' }, pathToken: '' };
  const { url, headers, body: bytes } = signRequest(webhook, target);
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(bytes) }).catch(
    () => undefined,
  );
  if (response?.status !== 200) {
    const mend = 'the app secret has to be that of the Meta app: output AddAppSecret';
    return bad('ping', `a signed webhook is answered ${response?.status ?? 'by nobody'}`, mend);
  }
  const table = await openTable({ name: stack.table, endpoint: stack.endpoints?.dynamodb });
  try {
    const events = expectedEvents(webhook, '');
    const { missing } = await awaitStored(events, table.find, { patienceMs: PATIENCE_MS });
    const mend = 'npx floodgate status shows what waits; npx floodgate logs --errors why';
    return judged(
      'ping',
      missing.length === 0,
      missing.length === 0 ? 'a signed webhook became a row' : 'taken, but no row came of it',
      mend,
    );
  } finally {
    table.close();
  }
}

function metaUrl({ outputs, api }: StackAddress): string {
  return outputs.get('MetaWebhookUrl') ?? `${api}/webhooks/meta`;
}

async function get(url: string): Promise<Response | undefined> {
  return await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
}

export function nothingWrong(check: string): Finding {
  return good(check, 'nothing is wrong');
}
