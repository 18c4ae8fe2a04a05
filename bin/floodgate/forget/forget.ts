import { forgottenAnswer } from '../../../lambda/forgetting/forget/schemas.ts';
import {
  forgettingTable,
  type StoredForgetting,
} from '../../../lambda/forgetting/forgettings-table.ts';
import { holds } from '../../../lambda/shared/aws/condition.ts';
import { dynamoDbClient } from '../../../lambda/shared/aws/dynamodb-client.ts';
import type { CallAws } from '../../../lambda/shared/aws/json-protocol.ts';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import { findStack, type StackAddress, unavailable } from '../stack/deployed-stack.ts';
import { openRecords } from '../stack/operation-record.ts';
import { userService } from '../stack/user-services.ts';
import { answering } from '../terminal/answering.ts';
import type { Surroundings } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { type ForgetOptions, type NamedContact, readForgetOptions } from './options.ts';
import { countRows } from './person-rows.ts';
import { drawForgotten, type ForgetReport, type ForgottenRowCounts, isNobody } from './report.ts';
import { openObjects } from './stored-objects.ts';
import { type SweepReport, type SweepTools, sweep } from './sweep.ts';

export const forget = answering(readForgetOptions, async (options, surroundings) => {
  const stack = await findStack(options.stack, surroundings);
  using store = await openObjects(stack);
  using records = await openRecords(stack);
  using interrupt = onInterrupt();
  const service = await userService(
    'dynamodb',
    stack.endpoints?.dynamodb,
    surroundings.environment,
  );
  const bar = progressBar(surroundings.stderr);
  const { why, isDryRun } = options;
  const tools: SweepTools = {
    ...{ stack, store, records, bar, why, isDryRun, signal: interrupt.signal },
    dynamodb: dynamoDbClient(service, { attempts: 8, timeoutMs: 30_000 }),
  };
  const report = await (isDryRun ? look : forgetAll)(options, tools, surroundings).finally(
    bar.clear,
  );
  const text = (stream: NodeJS.WritableStream) => drawForgotten(report, stream);
  return { isOk: report.isComplete && !report.isUnknown, json: report, text };
});

/** All but the forgetting. */
async function look({ who }: ForgetOptions, tools: SweepTools): Promise<ForgetReport> {
  const { dynamodb, stack } = tools;
  const found = who && (await countRows(who, dynamodb, stack.table));
  const meant = found === undefined ? await pendingOn(stack, dynamodb) : [found.forgetting];
  const rest = await sweep(meant, tools);
  const rows = found && { ...found.counts, links: found.forgetting.forgetting.links.length };
  return {
    isDryRun: true,
    rows,
    rest,
    isComplete: isAll(rest),
    isUnknown: isNobody({ rows, rest }),
  };
}

async function forgetAll(
  { who, stack }: ForgetOptions,
  tools: SweepTools,
  surroundings: Surroundings,
): Promise<ForgetReport> {
  if (who === undefined) return closing(undefined, await forgetRest(tools));
  const api = await openApi({ stack }, surroundings);
  const { isComplete, ...rows } = await forgetRows(api, who, tools);
  await tools.records.record({
    ...{ action: 'contact-forgotten', why: tools.why },
    details: { channel: who.channel, ...rows, isComplete },
  });
  if (isComplete && !tools.signal.aborted) return closing(rows, await forgetRest(tools));
  return { isDryRun: false, rows, rest: undefined, isComplete: false, isUnknown: false };
}

function closing(rows: ForgottenRowCounts | undefined, rest: SweepReport): ForgetReport {
  const isUnknown = isNobody({ rows, rest });
  return { isDryRun: false, rows, rest, isComplete: isAll(rest), isUnknown };
}

function isAll({ isComplete, undecided }: SweepReport): boolean {
  return isComplete && undecided.length === 0;
}

/** Requests until one says that nothing is left. */
async function forgetRows(
  api: ApiClient,
  { channel, contact }: NamedContact,
  { signal, bar }: SweepTools,
) {
  const path = `/v1/channels/${encodeURIComponent(channel)}/contacts/${encodeURIComponent(contact)}`;
  const sum = { events: 0, messages: 0, payloads: 0, files: 0, links: 0 };
  for (;;) {
    const done = await api.call({ method: 'DELETE', path }, forgottenAnswer);
    sum.events += done.events;
    sum.messages += done.messages;
    sum.payloads += done.payloads;
    sum.files += done.files;
    sum.links += done.links;
    bar.count('rows', sum.events + sum.messages);
    const isStuck = done.events + done.messages + done.links === 0;
    if (done.isComplete || isStuck || signal.aborted)
      return { ...sum, isComplete: done.isComplete };
  }
}

/** What is left of everybody whose rows are forgotten: the archive is read once for all of them. */
async function forgetRest(tools: SweepTools): Promise<SweepReport> {
  const { stack, dynamodb, records, why } = tools;
  const pending = await pendingOn(stack, dynamodb);
  const report = await sweep(pending, tools);
  if (pending.length === 0) return report;
  const { undecided, ...details } = report;
  await records.record({
    ...{ action: 'forgetting-completed', why },
    details: { ...details, undecided: undecided.length },
  });
  // Until somebody has looked at what nobody can read, they are pending.
  if (isAll(report)) {
    const { close } = forgettingTable(dynamodb, stack.table, () => Date.now());
    for (const { key } of pending) await holds(close(key, AbortSignal.timeout(30_000)));
  }
  return report;
}

async function pendingOn(
  { table }: StackAddress,
  dynamodb: CallAws,
): Promise<readonly StoredForgetting[]> {
  const all = await forgettingTable(dynamodb, table, () => Date.now())
    .list(AbortSignal.timeout(30_000))
    .catch(unavailable('who is to be forgotten cannot be read'));
  return all.filter(({ isPending }) => isPending);
}
