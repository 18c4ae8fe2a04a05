import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { percentile } from '../../bin/floodgate/send/report.ts';
import { progressBar } from '../../bin/floodgate/terminal/progress-bar.ts';
import { floodgate } from './command-line.ts';

describe('floodgate', () => {
  test.each([
    [['--help'], 0],
    [['help'], 0],
    [['send', '--help'], 0],
    [['send', '--rate', '5', '-h'], 0],
    [[], 2],
  ])('shows the usage for %j and exits with %i', async (args, expected) => {
    const { exitCode, stdout } = await floodgate(args);

    expect(stdout).toMatch(/^Usage: npx floodgate/);
    expect(exitCode).toBe(expected);
  });

  test.each([
    [['sned'], 'there is no command "sned"'],
    [['toString'], 'there is no command "toString"'],
    [['send', '--conatcts', '5'], "unknown option '--conatcts'"],
    [['send', 'now'], "unexpected argument 'now'"],
    [['send', '--rate'], "option '--rate <N>' argument missing"],
    [['send', '--rate', 'fast'], '--rate takes webhooks a second or "max", not "fast"'],
    [['send', '--rate', '0'], '--rate takes webhooks a second or "max", not "0"'],
    [['send', '--contacts', '0'], '--contacts takes a whole number from 1 on, not "0"'],
    [['send', '--messages', '1e3'], '--messages takes a whole number from 0 on, not "1e3"'],
    [['send', '--contacts', '-1'], '--contacts takes a whole number from 1 on, not "-1"'],
    [['send', '--rate', '-5'], '--rate takes webhooks a second or "max", not "-5"'],
    [['send', '--duplicates', '-10%'], '--duplicates takes a share such as 10% or 0.1, not "-10%"'],
    [['send', '--json', '-1'], "unexpected argument '-1'"],
    [['send', '--batch', '1001'], '--batch takes a whole number from 1 to 1000, as many'],
    [['send', '--media', '120%'], '--media takes a share such as 10% or 0.1, not "120%"'],
    [['send', '--duplicates', '10'], '--duplicates takes a share such as 10% or 0.1, not "10"'],
    [['send', '--provider', 'sms'], '--provider is meta or wasender, not "sms"'],
    [['send', '--url', 'localhost:3000'], '--url takes an address such as'],
    [['send', '--url', 'https://example.com'], '--secret is missing'],
    [['send', '--dynamodb-endpoint', 'http://127.0.0.1:1'], '--dynamodb-endpoint needs --table'],
    [['send', '--payloads', '/no/such/folder'], '--payloads: the folder /no/such/folder cannot'],
    [['send', '--messages', '0', '--statuses', '0'], 'there is nothing to send'],
  ])('refuses %j in one line', async (args, message) => {
    const { exitCode, stdout, stderr } = await floodgate(args);

    expect(stderr).toMatch(/^error: [^\n]*; try --help\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});

describe('progressBar', () => {
  test('draws over its own line on a terminal', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    const bar = progressBar(terminal);

    bar.show('sent', 5, 10);
    bar.clear();

    expect(String(terminal.read())).toBe(
      `\r\u001b[Ksent ${'█'.repeat(15)}${'░'.repeat(15)} 5/10\r\u001b[K`,
    );
  });

  test('writes a line every ten seconds elsewhere, and nothing about what is done before', () => {
    const file = new PassThrough();
    let nowMs = 0;
    const bar = progressBar(file, () => nowMs);

    bar.show('sent  ', 5, 10);
    nowMs = 9_999;
    bar.show('sent  ', 6, 10);
    expect(file.read()).toBeNull();
    nowMs = 10_000;
    bar.show('sent  ', 7, 10);
    nowMs = 19_000;
    bar.count('rows', 3);
    nowMs = 20_000;
    bar.count('rows', 4);
    bar.clear();

    expect(String(file.read())).toBe('sent 7/10\nrows 4\n');
  });
});

describe('percentile', () => {
  test.each([
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.99, 4],
    [[7], 0.5, 7],
    [[], 0.5, 0],
  ])('of %j at %f is %i', (sorted, share, expected) => {
    expect(percentile(sorted, share)).toBe(expected);
  });
});
