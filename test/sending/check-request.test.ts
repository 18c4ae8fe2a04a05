import { expect, test } from 'vitest';
import { readCheckerRequest } from '../../lambda/sending/check-request.ts';
import {
  requestCheck,
  requestExport,
  requestRetry,
  requestStep,
} from '../../lambda/sending/sqs-checks.ts';

const { signal } = new AbortController();
const CAMPAIGN = `cmp_${'a'.repeat(22)}`;

/** What the queue got, and what the checker reads of it. */
async function asked(ask: (queue: Parameters<typeof requestCheck>[0]) => Promise<void>) {
  const inputs: unknown[] = [];
  const bodies: string[] = [];
  await ask(async (operation, input) => {
    inputs.push({ operation, ...input });
    if ('MessageBody' in input) bodies.push(String(input.MessageBody));
    return {};
  });
  return { inputs, read: bodies.map(readCheckerRequest) };
}

test.each([
  ['a check', { kind: 'check', check: 'chk_1' }, requestCheck, 'chk_1'],
  ['an export', { kind: 'export', export: 'name.csv' }, requestExport, 'name.csv'],
  ['failures', { kind: 'retry', retry: 'again' }, requestRetry, 'again'],
] as const)(
  'who asks for %s of a campaign asks once for each name, and the checker reads it',
  async (_, wanted, request, name) => {
    const { inputs, read } = await asked((sqs) => request(sqs, 'queue')(CAMPAIGN, name, signal));

    expect(inputs).toMatchObject([
      { QueueUrl: 'queue', MessageGroupId: CAMPAIGN, MessageDeduplicationId: name },
    ]);
    expect(read).toEqual([{ ok: true, campaign: CAMPAIGN, ...wanted }]);
  },
);

test('a step is asked for once a minute, whichever lanes find that it may begin', async () => {
  const minute = 60_000;
  const at = (now: number) =>
    asked((sqs) => requestStep(sqs, 'queue', () => now)(CAMPAIGN, 2, signal));
  const [first, same, next] = await Promise.all([minute, 2 * minute - 1, 2 * minute].map(at));

  expect(first?.inputs).toMatchObject([{ QueueUrl: 'queue', MessageGroupId: CAMPAIGN }]);
  expect(same?.inputs).toEqual(first?.inputs);
  expect(next?.inputs).not.toEqual(first?.inputs);
  expect(first?.read).toEqual([{ ok: true, kind: 'step', campaign: CAMPAIGN, step: 2 }]);
});

test('what asks for nothing, or for nothing of a campaign, is no request', () => {
  for (const body of ['{"v":1,"campaign":"cmp_1"}', '{"v":1,"check":"chk_1"}', '{"v":1}']) {
    expect(readCheckerRequest(body)).toMatchObject({ ok: false, reason: 'malformed' });
  }
  expect(readCheckerRequest('{"v":2,"campaign":"cmp_1"}')).toMatchObject({ reason: 'newer' });
});
