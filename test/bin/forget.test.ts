import { describe, expect, test } from 'vitest';
import { aPipeline } from '../support/pipeline.ts';
import { aContact, aMessage, aStatus, CHANNEL, metaWebhook } from '../support/webhooks.ts';
import { floodgate, operatorOf } from './command-line.ts';

const PHONE = '5215550001111';
const WHY = 'request 17';

describe('floodgate forget', () => {
  test('forgets a person, and puts on the record who asked for it, without the name', async () => {
    const { stack, post, settle, rows } = await aPipeline();
    await post(metaWebhook({ contacts: [aContact()], messages: [aMessage()] }));
    await post(metaWebhook({ statuses: [aStatus()] }));
    await settle();
    const operator = operatorOf(stack);
    const args = ['forget', '--channel', CHANNEL, '--contact', `+${PHONE}`, '--why', WHY, '--yes'];

    expect(await operator(...args)).toEqual({
      exitCode: 0,
      stdout:
        'Forgotten: 1 events, 1 sent messages, 0 oversized payloads, 0 files, 1 links between names.\n',
      stderr: '',
    });
    expect(await operator(...args)).toMatchObject({ stdout: 'Nothing is stored of them.\n' });

    const stored = await rows();
    expect(JSON.stringify(stored)).not.toContain(PHONE);
    const record = stored.find(({ pk }) => pk?.S === 'records');
    expect(record).toMatchObject({
      action: { S: 'contact-forgotten' },
      why: { S: WHY },
      by: { S: expect.stringMatching(/^local:/) },
    });
  });

  test('tells software by one JSON object', async () => {
    const { stack } = await aPipeline();
    const args = ['forget', '--channel', 'shop', '--contact', 'x', '--why', WHY, '--yes', '--json'];

    const { stdout, exitCode } = await operatorOf(stack)(...args);

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{
        channel: 'shop',
        events: 0,
        messages: 0,
        payloads: 0,
        files: 0,
        links: 0,
        isComplete: true,
      },
    });
  });

  test.each([
    [['--contact', PHONE], '--channel'],
    [['--channel', 'shop'], '--contact'],
    [['--channel', 'shop', '--contact', PHONE], '--why'],
    [['--channel', 'shop', '--contact', PHONE, '--why', WHY], '--yes'],
  ])('refuses %j for want of %s', async (args, missing) => {
    const { exitCode, stderr } = await floodgate(['forget', ...args]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(missing);
  });

  test('says what to do about a number without its country code', async () => {
    const { stack } = await aPipeline();
    const args = ['--channel', 'shop', '--contact', '0155', '--why', WHY, '--yes'];

    const { exitCode, stderr } = await operatorOf(stack)('forget', ...args);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('country code');
  });
});
