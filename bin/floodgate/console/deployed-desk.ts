import { METRIC_NAMESPACE } from '../../../lambda/metric-names.ts';
import { dynamoDbClient } from '../../../lambda/shared/aws/dynamodb-client.ts';
import type { Desk } from '../../../local/console/desk.ts';
import { openApi, type Where } from '../stack/api-client.ts';
import type { StackAddress } from '../stack/deployed-stack.ts';
import { userService } from '../stack/user-services.ts';
import { cloudWatchMetrics } from './cloudwatch-metrics.ts';
import type { Listening } from './listening.ts';

/** As far apart as the points of AWS's own metrics lie. */
const PERIOD_SECONDS = 60;

/** The desk of a stack in AWS: what its user may see and do there. */
export async function openDeployedDesk(
  stack: StackAddress,
  where: Where,
  { feed, start: listen }: Listening,
): Promise<Desk> {
  const service = await userService('dynamodb', stack.endpoints?.dynamodb, where.environment);
  return {
    stack,
    api: await openApi({ api: stack.api }, where),
    dynamodb: dynamoDbClient(service, { attempts: 8, timeoutMs: 30_000 }),
    readMetrics: cloudWatchMetrics(),
    ...{ now: Date.now, periodSeconds: PERIOD_SECONDS },
    metricNamespace: `${METRIC_NAMESPACE}/${stack.name.replace(/^Floodgate-/, '')}`,
    ingestFunction: stack.outputs.get('IngestFunction'),
    ...{ feed, listen, local: undefined },
  };
}
