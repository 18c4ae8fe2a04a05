import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { listen } from '../../local/loopback-server.ts';

const DELAYED = 'Messages are late. What to do: docs/runbook.md#inboxdelayed';

/** A stack that is deployed, as CloudFormation and CloudWatch tell of it: with an alarm that speaks. */
export async function aDeployment(outputs: Readonly<Record<string, string>>): Promise<string> {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stacks = `<Stacks><member><StackName>a</StackName><Outputs>${members.join('')}</Outputs></member></Stacks>`;
  const server = await listen(
    createServer((request, response) => {
      request.resume();
      const [, action] = String(request.headers['x-amz-target'] ?? '').split('.');
      if (action === undefined) {
        response.setHeader('content-type', 'text/xml');
        response.end(
          `<DescribeStacksResponse><DescribeStacksResult>${stacks}</DescribeStacksResult></DescribeStacksResponse>`,
        );
        return;
      }
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      const minute = Math.floor(Date.now() / 60_000) * 60 - 120;
      const stored = { Id: 'm3', Timestamps: [minute], Values: [180] };
      const spoken = { AlarmName: 'Floodgate-a-InboxDelayed', AlarmDescription: DELAYED };
      const answers: Readonly<Record<string, object>> = {
        GetMetricData: { MetricDataResults: [stored] },
        DescribeAlarms: { MetricAlarms: [spoken] },
      };
      response.end(JSON.stringify(answers[action] ?? {}));
    }),
  );
  onTestFinished(() => server.close());
  return server.url;
}
