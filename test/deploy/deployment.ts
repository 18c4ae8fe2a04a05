import { randomBytes } from 'node:crypto';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { ATTRIBUTES } from '../../lambda/table/keys.ts';
import { awaitStored } from '../../local/traffic/await-stored.ts';
import { type ExpectedEvent, expectedEvents } from '../../local/traffic/expected.ts';
import { findStored } from '../../local/traffic/find-stored.ts';
import { signRequest, type Target } from '../../local/traffic/sign.ts';
import type { Webhook } from '../../local/traffic/traffic.ts';
import type { Answer, Aws } from './aws.ts';
import type { Deployed } from './cdk.ts';

const SESSION = 'shop';
const PATIENCE_MS = 60_000;

export interface Row {
  readonly pk: string;
  readonly sk: string;
  /** `<time>#<sequence number>` of an event. */
  readonly at: string | undefined;
  /** In seconds since 1970. */
  readonly expiresAt: number;
  readonly payloadKey: string | undefined;
}

/** A deployed stage, with its secrets filled in, as providers and clients use it. */
export interface Deployment {
  readonly output: (name: string) => string;
  readonly stackName: string;
  readonly verifyToken: string;
  /** Posts webhooks one after the other, as their provider signs them. */
  readonly post: (webhooks: readonly Webhook[]) => Promise<readonly Answer[]>;
  /** Waits until the table holds the events of the webhooks. Rejects when it does not come to that. */
  readonly stored: (webhooks: readonly Webhook[]) => Promise<readonly ExpectedEvent[]>;
  readonly rows: () => Promise<readonly Row[]>;
  /** A signed `GET` below `/v1`. */
  readonly read: (path: string) => Promise<Answer>;
  /** A signed call below `/v1` that changes something, with a body in JSON. */
  readonly change: (method: 'DELETE' | 'POST', path: string, body?: object) => Promise<Answer>;
}

const metaSecret = z.object({ verifyToken: z.string() });

/** Fills in the secrets, as the outputs tell the operator to. */
export async function fillIn({ stackName, outputs }: Deployed, aws: Aws): Promise<Deployment> {
  const output = (name: string) => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`the stack has no output ${name}`);
    return value;
  };
  const SecretId = output('MetaSecret');
  const { SecretString } = await aws.secrets.send(new GetSecretValueCommand({ SecretId }));
  const { verifyToken } = metaSecret.parse(JSON.parse(SecretString ?? ''));
  const target: Target = {
    baseUrl: output('ApiUrl'),
    secrets: { meta: randomBytes(16).toString('hex'), wasender: randomBytes(16).toString('hex') },
    pathToken: randomBytes(24).toString('hex'),
  };
  const { secrets, pathToken: token } = target;
  const filled = {
    [SecretId]: { verifyToken, appSecrets: [secrets.meta] },
    [output('WasenderSecret')]: {
      sessions: [{ session: SESSION, token, secrets: [secrets.wasender] }],
    },
  };
  for (const [id, value] of Object.entries(filled)) {
    const text = JSON.stringify(value);
    await aws.secrets.send(new PutSecretValueCommand({ SecretId: id, SecretString: text }));
  }
  return { output, stackName, verifyToken, ...uses(output('TableName'), target, aws) };
}

function uses(table: string, target: Target, aws: Aws) {
  return {
    post: async (webhooks) => {
      const answers: Answer[] = [];
      for (const webhook of webhooks) {
        const { url, headers, body } = signRequest(webhook, target);
        answers.push(await aws.call(url, { method: 'POST', headers, body }));
      }
      return answers;
    },
    stored: async (webhooks) => {
      const events = webhooks.flatMap((webhook) => expectedEvents(webhook, SESSION));
      const find = (wanted: readonly ExpectedEvent[]) => findStored(aws.dynamodb, table, wanted);
      const { missing } = await awaitStored(events, find, { patienceMs: PATIENCE_MS });
      if (missing.length > 0) throw new Error(`${missing.length} of ${events.length} not stored`);
      return events;
    },
    rows: async () => {
      const rows: Row[] = [];
      for await (const page of paginateScan({ client: aws.dynamodb }, { TableName: table })) {
        for (const item of page.Items ?? []) {
          if (ATTRIBUTES.claimId in item) continue;
          rows.push({
            pk: item[ATTRIBUTES.partitionKey]?.S ?? '',
            sk: item[ATTRIBUTES.sortKey]?.S ?? '',
            at: item[ATTRIBUTES.at]?.S,
            expiresAt: Number(item[ATTRIBUTES.expiresAt]?.N),
            payloadKey: item[ATTRIBUTES.payloadKey]?.S,
          });
        }
      }
      return rows;
    },
    read: (path) => aws.call(`${target.baseUrl}${path}`, { signedFor: 'execute-api' }),
    change: (method, path, body) =>
      aws.call(`${target.baseUrl}${path}`, {
        ...{ method, signedFor: 'execute-api' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  } satisfies Partial<Deployment>;
}
