import { type ForgottenAnswer, forgottenAnswer } from '../../../lambda/api/schemas.ts';
import { type ApiClient, openApi } from '../api-client.ts';
import type { Command } from '../command.ts';
import { findStack } from '../deployed-stack.ts';
import { onInterrupt } from '../interrupt.ts';
import { openRecords } from '../operation-record.ts';
import { progressBar } from '../progress-bar.ts';
import { type ForgetOptions, readForgetOptions } from './forget-options.ts';

type Counts = Omit<ForgottenAnswer, 'isComplete'>;

const HELP = `Usage: npx floodgate forget --channel ID --contact NAME --why TEXT --yes [options]

Empties what the table holds of a person: what they wrote, what was sent to them and what became of it, their
names, under all names that are known to be theirs. A time in which their number was somebody else's is left
alone. Keys stay until they expire, so that what the provider delivers again does not bring them back.

The archive keeps its lines, and copies elsewhere keep theirs: docs/privacy.md says where, and for how long.

  --channel ID           phone number id, or session
  --contact NAME         phone number, BSUID, LID, or id of a group chat
  --why TEXT             goes on the record, with who and when; without a name, please
  --yes                  it cannot be undone
  --stack NAME           in AWS, such as Floodgate-production     [the local stack]
  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Exit code: 0 if all is forgotten, 1 if not (run it again), 2 for a wrong command line.

Examples:
  npx floodgate forget --channel 106540352242922 --contact 5215550001111 --why "request 17" --yes
  npx floodgate forget --stack Floodgate-production --channel shop --contact 5215550001111 --why "request 18" --yes --json
`;

export const forget: Command = {
  summary: 'empty what is stored of a person',
  help: HELP,
  run: async (args, surroundings) => {
    const options = readForgetOptions(args);
    const { channel, stack, why, isJson } = options;
    const address = await findStack(stack, surroundings);
    const api = await openApi({ stack }, surroundings);
    using records = await openRecords(address);
    using interrupt = onInterrupt();
    const bar = progressBar(surroundings.stderr);
    const { isComplete, ...counts } = await forgetAll(api, options, interrupt.signal, (done) =>
      bar.count('rows', done),
    ).finally(() => bar.clear());
    const details = { channel, ...counts, isComplete };
    await records.record({ action: 'contact-forgotten', why, details });
    surroundings.stdout.write(isJson ? `${JSON.stringify(details)}\n` : told(counts, isComplete));
    return isComplete ? 0 : 1;
  },
};

/** Requests until one says that nothing is left. */
async function forgetAll(
  api: ApiClient,
  { channel, contact }: ForgetOptions,
  { aborted }: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<ForgottenAnswer> {
  const path = `/v1/channels/${encodeURIComponent(channel)}/contacts/${encodeURIComponent(contact)}`;
  const sum = { events: 0, messages: 0, payloads: 0, files: 0, links: 0 };
  for (;;) {
    const done = await api.call({ method: 'DELETE', path }, forgottenAnswer);
    sum.events += done.events;
    sum.messages += done.messages;
    sum.payloads += done.payloads;
    sum.files += done.files;
    sum.links += done.links;
    onProgress(sum.events + sum.messages);
    const isStuck = done.events + done.messages + done.links === 0;
    if (done.isComplete || isStuck || aborted) return { ...sum, isComplete: done.isComplete };
  }
}

function told({ events, messages, payloads, files, links }: Counts, isComplete: boolean): string {
  const end = isComplete ? '' : 'There is more: run it again.\n';
  if (events + messages + links === 0 && isComplete) return 'Nothing is stored of them.\n';
  return `Forgotten: ${events} events, ${messages} sent messages, ${payloads} oversized payloads, ${files} files, ${links} links between names.\n${end}`;
}
