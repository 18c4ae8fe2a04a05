import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { insightsQuery } from '../../bin/floodgate/logs/insights-query.ts';
import { listen, readBody } from '../../local/loopback-server.ts';
import { floodgate } from './command-line.ts';

describe('the query', () => {
  test('is of whatever is wrong, or of certain events', () => {
    expect(insightsQuery(undefined, 20)).toMatch(/filter level in \["WARN", "ERROR".*limit 20$/);
    expect(insightsQuery(['message.a', 'status.b'], 5)).toContain(
      'filter eventId in ["message.a", "status.b"]',
    );
  });

  test('holds nothing that is no id, whatever was typed', () => {
    expect(insightsQuery(['x"] or @message like /./ | limit 9'], 5)).toMatch(
      /eventId in \["xormessagelike[^ "]*"\] \| sort @timestamp desc \| limit 5$/,
    );
  });
});

/** CloudFormation, Lambda and the logs of a stack in AWS, in one place. */
async function aStackInAws(states: readonly string[]) {
  const asked: Record<string, unknown>[] = [];
  const left = [...states];
  const outputs = { TableName: 'table', IngestFunction: 'ingest-1', ApiFunction: 'api-1' };
  const members = Object.entries(outputs)
    .map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('');
  const results = [
    { field: '@timestamp', value: '2026-11-30 10:00:00.000' },
    { field: '@log', value: '111122223333:ingest-log' },
    { field: 'level', value: 'WARN' },
    { field: '@message', value: '{"message":"Webhook refused"}\n' },
  ];
  const server = await listen(
    createServer(async (request, response) => {
      const body = String(await readBody(request));
      const action = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
      if (request.url?.includes('/functions/')) {
        const name = /functions\/([^/]+)/.exec(request.url)?.[1];
        return response.end(JSON.stringify({ LoggingConfig: { LogGroup: `log-of-${name}` } }));
      }
      if (action === '') {
        return response
          .writeHead(200, { 'content-type': 'text/xml' })
          .end(
            `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Floodgate</StackName><Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
          );
      }
      asked.push({ action, ...JSON.parse(body) });
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (action === 'StartQuery') return response.end('{"queryId":"q1"}');
      return response.end(
        JSON.stringify({ status: left.shift() ?? 'Complete', results: [results] }),
      );
    }),
  );
  onTestFinished(() => server.close());
  const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
  const variables = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: server.url, ...credentials };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return asked;
}

describe('floodgate logs', () => {
  test('asks the logs of all functions, waits, and shows the lines', {
    timeout: 30_000,
  }, async () => {
    const asked = await aStackInAws(['Running', 'Complete']);
    const { exitCode, stdout, stderr } = await floodgate(['logs', '--stack', 'Floodgate']);

    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe('2026-11-30T10:00:00.000Z ingest-log WARN {"message":"Webhook refused"}\n');
    expect(asked.map(({ action }) => action)).toEqual([
      ...['StartQuery', 'GetQueryResults', 'GetQueryResults'],
    ]);
    expect(asked[0]).toMatchObject({ logGroupNames: ['log-of-ingest-1', 'log-of-api-1'] });
  });

  test('says so where the query fails', { timeout: 30_000 }, async () => {
    await aStackInAws(['Failed']);
    const { exitCode, stderr } = await floodgate(['logs', '--stack', 'Floodgate']);

    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('did not end')]);
  });

  test.each([
    [['--errors', '--event', 'message.1'], 'one of --errors, --event and --contact'],
    [['--contact', '5215550001111'], '--contact takes one --channel'],
    [['--since', 'monday'], '--since takes a moment'],
  ])('refuses %j', async (args, said) => {
    const { exitCode, stderr } = await floodgate(['logs', ...args]);

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});
