import { type ExpectedEvent, expectedEvents } from '../../../local/traffic/expected.ts';
import { signRequest } from '../../../local/traffic/sign.ts';
import { disturb, generateTraffic, type Webhook } from '../../../local/traffic/traffic.ts';
import { isLoopback } from '../stack/local-stack.ts';
import { openTable } from '../stack/readable-table.ts';
import { type Surroundings, UnavailableError, UsageError } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { drawReport } from './draw.ts';
import { measureSend, type Outgoing } from './measure-send.ts';
import { readSendOptions, type SendOptions } from './options.ts';
import { readPayloadFolder } from './payload-folder.ts';
import type { SendTyped } from './values.ts';

export async function send(typed: SendTyped, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const options = readSendOptions(typed, surroundings, Date.now());
  const { webhooks, notes } = chooseWebhooks(options);
  if (webhooks.length === 0) throw new UsageError('there is nothing to send');
  await findServer(options.target.baseUrl);
  if (!options.isJson) stdout.write(notes.map((note) => `${note}\n`).join(''));
  const outgoing = prepare(webhooks, options);
  const table = options.table && (await openTable(options.table));
  try {
    using interrupt = onInterrupt();
    const { signal: interrupted } = interrupt;
    interrupted.addEventListener('abort', () => stderr.write(ENDING));
    const tools = { bar: progressBar(stderr), interrupted };
    const report = await measureSend(outgoing, options, table, tools);
    stdout.write(options.isJson ? `${JSON.stringify(report)}\n` : drawReport(report, stdout));
    if (report.isGivenUp) {
      const { silenceSeconds, target } = options;
      throw new UnavailableError(
        `nothing has answered at ${target.baseUrl} for ${silenceSeconds} s: ${advice(target.baseUrl)}`,
      );
    }
    if (!options.isJson && report.isOk) stdout.write(readingHint(options, outgoing));
    return report.isOk ? 0 : 1;
  } finally {
    table?.close();
  }
}

const ENDING = '\nSending nothing more; looking for what was sent. Ctrl-C again ends at once.\n';

interface Choice {
  readonly webhooks: readonly Webhook[];
  readonly notes: readonly string[];
}

function chooseWebhooks(options: SendOptions): Choice {
  const { traffic, payloads, isProviderGiven, target } = options;
  if (payloads === undefined) {
    const notes = [
      `Sending ${traffic.provider} webhooks, seed ${traffic.seed}, to ${target.baseUrl}`,
    ];
    return { webhooks: generateTraffic(traffic), notes };
  }
  const { webhooks, skipped } = readPayloadFolder(payloads);
  const chosen = isProviderGiven
    ? webhooks.filter(({ provider }) => provider === traffic.provider)
    : webhooks;
  if (chosen.length === 0) throw new UsageError(emptyFolder(options, webhooks, skipped));
  if (options.isSecretGiven && new Set(chosen.map(({ provider }) => provider)).size > 1) {
    throw new UsageError('--payloads holds webhooks of both providers: --secret needs --provider');
  }
  const notes = [`Sending ${chosen.length} webhooks of ${payloads} to ${target.baseUrl}`];
  const shown = `${skipped.slice(0, 3).join(', ')}${skipped.length > 3 ? ', …' : ''}`;
  if (skipped.length > 0)
    notes.push(`Skipping ${skipped.length} files that are no webhooks: ${shown}`);
  return { webhooks: chosen, notes };
}

function emptyFolder(
  { payloads, traffic }: SendOptions,
  webhooks: readonly Webhook[],
  skipped: readonly string[],
): string {
  if (webhooks.length > 0) {
    return `--payloads: there is no webhook of ${traffic.provider} in ${payloads}`;
  }
  return `--payloads: there is no webhook in ${payloads}: none of its JSON files, ${skipped.length} in all, has Meta's "object" and "entry" or WasenderApi's "event"`;
}

async function findServer(baseUrl: string): Promise<void> {
  try {
    // Any answer will do: it is about who answers, not what.
    await fetch(`${baseUrl}/healthz`);
  } catch (error) {
    throw new UnavailableError(`nothing answers at ${baseUrl}: ${advice(baseUrl)}`, {
      cause: error,
    });
  }
}

function advice(baseUrl: string): string {
  return isLoopback(baseUrl) ? 'start it with `npm start`' : 'is the address right?';
}

/** Signs and splits each webhook once, however often it is sent. */
function prepare(webhooks: readonly Webhook[], options: SendOptions): Outgoing[] {
  const { traffic, duplicates, shuffle, target, session } = options;
  const ready = new Map(
    webhooks.map((webhook) => [
      webhook,
      { request: signRequest(webhook, target), events: expectedEvents(webhook, session) },
    ]),
  );
  return disturb(webhooks, { seed: traffic.seed, duplicates, shuffle }).flatMap(
    (webhook) => ready.get(webhook) ?? [],
  );
}

/** How to look at one of the contacts; where that needs no signature. */
function readingHint({ target }: SendOptions, outgoing: readonly Outgoing[]): string {
  const event = outgoing
    .flatMap(({ events }) => events)
    .find(({ contact, attribute }) => contact !== undefined && attribute === undefined);
  return event === undefined || !isLoopback(target.baseUrl)
    ? ''
    : `Read a contact: curl '${target.baseUrl}${timelinePath(event)}'\n`;
}

function timelinePath({ channel, contact = '' }: ExpectedEvent): string {
  return `/v1/channels/${encodeURIComponent(channel)}/contacts/${encodeURIComponent(contact)}/timeline`;
}
