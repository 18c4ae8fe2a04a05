import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutput } from '../../local/output.ts';
import { startLocalStack } from '../../local/stack.ts';
import { smallAssembly } from '../support/small-assembly.ts';

/** Writes the event that it was invoked with, and fails as often as its environment says. */
const HANDLER = `let failures = 0;
export async function handler(event) {
  console.log(JSON.stringify({ level: 'INFO', message: 'invoked', ...event }));
  if (event.fails > failures++) throw new Error('not yet');
}`;

const FunctionName = { 'Fn::GetAtt': ['Function', 'Arn'] };
const PERMISSION = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    ...{ Action: 'lambda:InvokeFunction', FunctionName, Principal: 'events.amazonaws.com' },
    SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
  },
};

async function aSchedule(rule: object = {}, others: object = { Permission: PERMISSION }) {
  const Rule = {
    Type: 'AWS::Events::Rule',
    Properties: {
      ...{ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' },
      Targets: [{ Arn: FunctionName, Id: 'Target0' }],
      ...rule,
    },
  };
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const stack = await startLocalStack({
    answersQuickly: false,
    assembly: await smallAssembly({ Rule, ...others }, HANDLER, []),
    output: createOutput({ write, verbose: false, colours: false }),
  });
  onTestFinished(async () => void (await stack.stop()));
  const invocations = () => lines.filter((line) => line.includes('INFO invoked'));
  return { stack, invocations };
}

const target = (Input: object) => [{ Arn: FunctionName, Id: 'T', Input: JSON.stringify(Input) }];

describe('a rule with a rate', () => {
  test('invokes its function each time that the stack’s clock comes to it', async () => {
    const { stack, invocations } = await aSchedule({ ScheduleExpression: 'rate(2 hours)' });
    stack.clock.advance(2 * 3_600_000 - 30_000);
    await stack.clock.sleep(50, new AbortController().signal);
    expect(invocations()).toHaveLength(0);
    stack.clock.advance(30_000);
    await expect.poll(invocations).toHaveLength(1);
    stack.clock.advance(7 * 3_600_000);
    await expect.poll(invocations).toHaveLength(2);

    expect(invocations()[0]).toMatch(
      /detail-type=Scheduled Event source=aws\.events .* time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .*rule\/Rule/,
    );
  });

  test('hands over the input of its target', async () => {
    const { stack, invocations } = await aSchedule({ Targets: target({ reason: 'drain' }) });
    stack.clock.advance(60_000);

    await expect.poll(invocations).toEqual([expect.stringMatching(/invoked reason=drain$/)]);
  });

  test('invokes a function that fails twice more, a minute and two minutes later', async () => {
    const rule = { ScheduleExpression: 'rate(1 day)', Targets: target({ fails: 9 }) };
    const { stack, invocations } = await aSchedule(rule);
    stack.clock.advance(24 * 3_600_000);
    for (const [count, wait] of [60_000, 120_000, 600_000].entries()) {
      await expect.poll(invocations).toHaveLength(count + 1);
      await stack.clock.sleep(50, new AbortController().signal);
      stack.clock.advance(wait);
    }
    await stack.clock.sleep(50, new AbortController().signal);
    expect(invocations()).toHaveLength(3);
  });

  test('invokes again as often as the function’s own settings say', async () => {
    const Settings = {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Function' }, MaximumRetryAttempts: 0 },
    };
    const { stack, invocations } = await aSchedule(
      { ScheduleExpression: 'rate(1 day)', Targets: target({ fails: 9 }) },
      { Permission: PERMISSION, Settings },
    );
    stack.clock.advance(24 * 3_600_000);
    await expect.poll(invocations).toHaveLength(1);
    stack.clock.advance(600_000);
    await stack.clock.sleep(50, new AbortController().signal);

    expect(invocations()).toHaveLength(1);
  });

  test('does nothing while it is disabled', async () => {
    const { stack, invocations } = await aSchedule({ State: 'DISABLED' });
    stack.clock.advance(3_600_000);
    await stack.clock.sleep(50, new AbortController().signal);

    expect(invocations()).toHaveLength(0);
  });

  test('needs a permission of the function', async () => {
    await expect(aSchedule({}, {})).rejects.toThrow('Rule: no permission lets it invoke Function');
  });

  test.each([
    [{ ScheduleExpression: 'cron(0 12 * * ? *)' }, 'Rule: the local stack has no schedule cron'],
    [{ ScheduleExpression: 'rate(0 minutes)' }, 'Rule: the local stack has no schedule rate(0'],
    [{ EventPattern: { source: ['x'] } }, 'only schedules are run'],
    [{ Targets: [{ Arn: 'arn:aws:sqs:x', Id: 'T' }] }, 'Rule: no function arn:aws:sqs:x'],
  ])('is refused where the local stack cannot run it: %j', async (rule, why) => {
    await expect(aSchedule(rule)).rejects.toThrow(why);
  });
});
