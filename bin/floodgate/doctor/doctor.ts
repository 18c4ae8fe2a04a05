import { bad, type Finding } from '../../../lambda/channels/finding.ts';
import { askProvider } from '../channel/ask-provider.ts';
import { drawFindings } from '../channel/draw.ts';
import { openApi } from '../stack/api-client.ts';
import { findStack, reasonOf, type StackAddress } from '../stack/deployed-stack.ts';
import { readStatus, type StackStatus } from '../status/read-status.ts';
import { answering } from '../terminal/answering.ts';
import type { Surroundings } from '../terminal/command.ts';
import { checkAccount } from './check-account.ts';
import { checkVersion } from './check-version.ts';
import { checkApi, checkHandshake, checkPing, checkSecret, nothingWrong } from './check-wire.ts';
import { type DoctorOptions, readDoctorOptions } from './options.ts';

/** Of more channels than that somebody wants one: npx floodgate channel check ID. */
const MOST_CHANNELS = 20;

export const doctor = answering(readDoctorOptions, async (options, surroundings) => {
  const stack = await findStack(options.stack, surroundings);
  const findings = [
    ...(await checkApi(stack)),
    ...checkVersion(stack),
    ...(await checkMeta(stack, options)),
    ...(await checkAccount(stack)),
    ...(await checkStatus(stack, options, surroundings)),
  ];
  const isOk = findings.every(({ ok }) => ok);
  const json = { stack: stack.name, findings };
  return { isOk, json, text: (stream) => drawFindings(findings, stream) };
});

async function checkMeta(
  stack: StackAddress,
  { isPinging }: DoctorOptions,
): Promise<readonly Finding[]> {
  const { findings, secrets } = await checkSecret(stack);
  if (secrets === undefined) return findings;
  const handshake = await checkHandshake(stack, secrets);
  return [...findings, handshake, ...(isPinging ? [await checkPing(stack, secrets)] : [])];
}

/** What waits, who is not well, and of each channel what its provider says. */
async function checkStatus(
  stack: StackAddress,
  options: DoctorOptions,
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  const status = await openApi({ api: stack.api }, surroundings)
    .then((api) => readStatus(stack, api))
    .catch((error: unknown) => reasonOf(error));
  if (typeof status === 'string') {
    return [bad('status', status, 'your credentials have to be those of an operator')];
  }
  const wrong = status.wrong.map(({ what, look }) => bad('status', what, look));
  return [
    ...(wrong.length === 0 ? [nothingWrong('status')] : wrong),
    ...(await checkChannels(status, options, surroundings)),
  ];
}

async function checkChannels(
  { channels }: StackStatus,
  { stack }: DoctorOptions,
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const one of channels.slice(0, MOST_CHANNELS)) {
    const told = await askProvider(one, { stack }, surroundings).catch((error: unknown) => [
      bad('provider', reasonOf(error), `npx floodgate channel update ${one.id} --token-stdin`),
    ]);
    findings.push(...told.map((finding) => ({ ...finding, found: `${one.id}: ${finding.found}` })));
  }
  return findings;
}
