import type { Provider } from '../../../lambda/events/event.ts';
import type { Target } from '../../../local/traffic/sign.ts';
import type { TrafficOptions } from '../../../local/traffic/traffic.ts';
import { isLoopback, isSameLoopback, readLocalStacks } from '../stack/local-stack.ts';
import type { TableAddress } from '../stack/readable-table.ts';
import { type Surroundings, UsageError } from '../terminal/command.ts';
import {
  readBatch,
  readProvider,
  readRate,
  readShare,
  readUrl,
  readWhole,
} from '../terminal/option-values.ts';
import type { SendTyped, SendValues } from './values.ts';

export interface SendOptions {
  readonly traffic: TrafficOptions;
  readonly payloads: string | undefined;
  /** Whether only this provider's payloads are meant. */
  readonly isProviderGiven: boolean;
  /** Whether these events may have been sent before. */
  readonly isRepeatable: boolean;
  readonly duplicates: number;
  readonly shuffle: boolean;
  readonly rate: number | 'max';
  readonly concurrency: number;
  readonly target: Target;
  /** Whether one secret was given, which then is one provider's. */
  readonly isSecretGiven: boolean;
  readonly session: string;
  readonly table: TableAddress | undefined;
  readonly waitSeconds: number;
  /** Nothing more is sent once nothing has answered for so long. */
  readonly silenceSeconds: number;
  readonly isJson: boolean;
}

const SILENCE_SECONDS = 10;

/** Throws `UsageError` that says what is wrong with what was typed. */
export function readSendOptions(
  { values }: SendTyped,
  surroundings: Surroundings,
  nowMs: number,
): SendOptions {
  const waitSeconds = readWhole('--wait', values.wait, 1);
  return {
    traffic: readTraffic(values, nowMs),
    payloads: values.payloads,
    isProviderGiven: values.provider !== undefined,
    isRepeatable: values.seed !== undefined || values.payloads !== undefined,
    duplicates: readShare('--duplicates', values.duplicates),
    shuffle: values.shuffle,
    rate: readRate('--rate', values.rate),
    concurrency: readWhole('--concurrency', values.concurrency, 1),
    ...readPlaces(values, surroundings),
    session: values.session,
    waitSeconds,
    silenceSeconds: Math.min(waitSeconds, SILENCE_SECONDS),
    isJson: values.json,
  };
}

function readTraffic(values: SendValues, nowMs: number): TrafficOptions {
  return {
    seed: values.seed === undefined ? nowMs : readWhole('--seed', values.seed, 0),
    provider: readProvider('--provider', values.provider ?? 'meta'),
    contacts: readWhole('--contacts', values.contacts, 1),
    messages: readWhole('--messages', values.messages, 0),
    statuses: readWhole('--statuses', values.statuses, 0),
    mediaShare: readShare('--media', values.media),
    batch: readBatch('--batch', values.batch),
  };
}

/** Where to send to, and where to look. What is not typed is taken from the local stack. */
function readPlaces(
  values: SendValues,
  { projectFolder, environment }: Surroundings,
): Pick<SendOptions, 'target' | 'isSecretGiven' | 'table'> {
  const stacks = readLocalStacks(projectFolder);
  const url = readUrl('--url', values.url ?? stacks[0]?.url ?? 'http://127.0.0.1:3000');
  const { baseUrl, pathToken } = takeApart(url);
  const secret = values.secret ?? environment['FLOODGATE_SECRET'];
  const local = stacks.find((stack) => isSameLoopback(baseUrl, stack.url));
  return {
    target: {
      baseUrl,
      secrets: secretsFor(baseUrl, secret, environment),
      pathToken: values.token ?? pathToken ?? 'local',
    },
    isSecretGiven: secret !== undefined,
    table: tableAddress(values, local && { name: local.table, endpoint: local.aws.dynamodb }),
  };
}

/** Accepts the webhook's own address too, as the stack's outputs show it. */
function takeApart(url: string): { baseUrl: string; pathToken: string | undefined } {
  const match = /^(.*?)\/webhooks\/(?:meta|wasender\/([^/]+))\/?$/.exec(url);
  return { baseUrl: match?.[1] ?? url.replace(/(?<!\/)\/+$/, ''), pathToken: match?.[2] };
}

function secretsFor(
  baseUrl: string,
  secret: string | undefined,
  environment: NodeJS.ProcessEnv,
): Record<Provider, string> {
  if (secret !== undefined) return { meta: secret, wasender: secret };
  if (!isLoopback(baseUrl)) {
    throw new UsageError(
      `--secret is missing: only the local stack's is known, not that of ${baseUrl}`,
    );
  }
  const firstOf = (list: string | undefined) => list?.split(',')[0];
  return {
    meta: firstOf(environment['META_APP_SECRETS']) ?? 'local-app-secret',
    wasender: firstOf(environment['WASENDER_SECRETS']) ?? 'local-wasender-secret',
  };
}

function tableAddress(
  values: SendValues,
  local: TableAddress | undefined,
): TableAddress | undefined {
  const typed = values['dynamodb-endpoint'];
  const endpoint = typed === undefined ? undefined : readUrl('--dynamodb-endpoint', typed);
  if (endpoint !== undefined && values.table === undefined && local === undefined) {
    throw new UsageError('--dynamodb-endpoint needs --table');
  }
  const name = values.table ?? local?.name;
  if (name === undefined) return undefined;
  return { name, endpoint: endpoint ?? local?.endpoint };
}
