import * as z from 'zod/mini';
import { openApi } from '../../bin/floodgate/stack/api-client.ts';
import { localStackAddress } from '../../bin/floodgate/stack/deployed-stack.ts';
import { userService } from '../../bin/floodgate/stack/user-services.ts';
import { openStandIn } from '../../bin/floodgate/whatsapp/stand-in-client.ts';
import { dynamoDbClient } from '../../lambda/shared/aws/dynamodb-client.ts';
import { speakingOf } from '../metrics/alarm-states.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { readyOf } from '../ready-file.ts';
import type { LocalStack } from '../stack.ts';
import type { Watching } from '../template/watching.ts';
import type { Desk } from './desk.ts';
import type { EventFeed } from './event-feed.ts';

/** How far points lie apart: short, so that what flows is seen to flow. */
const PERIOD_SECONDS = 5;

/** Its address is known, so nothing is looked up. */
const NOWHERE = { environment: {}, projectFolder: '' };

export interface LocalWatch {
  readonly metrics: MetricStore;
  readonly feed: EventFeed;
}

/** The desk of a stack that runs in this process. */
export async function openLocalDesk(
  running: LocalStack,
  { metrics, feed }: LocalWatch,
): Promise<Desk> {
  const stack = localStackAddress(readyOf(running));
  const service = await userService('dynamodb', running.aws.dynamodb, {});
  let watching: Watching | undefined;
  const watched = () => {
    watching ??= running.watching();
    return watching;
  };
  return {
    stack,
    api: await openApi({ api: stack.api }, NOWHERE),
    dynamodb: dynamoDbClient(service, { attempts: 3, timeoutMs: 30_000 }),
    readMetrics: async (queries, span) => queries.map((query) => metrics.read(query, span)),
    ...{ now: running.clock.now, periodSeconds: PERIOD_SECONDS },
    ...{ metricNamespace: running.metricNamespace, ingestFunction: running.ingestFunction },
    feed: () => feed,
    listen: async () => undefined,
    local: {
      standIn: openStandIn(running.whatsapp.url, NOWHERE),
      watching: watched,
      speaking: () => speakingOf(watched().alarms, metrics, running.clock.now()),
      drawWidget: async (functionArn, event) => {
        const drawn = await running.invoke(functionArn, event);
        if (!drawn.ok) throw new Error('The function of the widget failed');
        return z.string().parse(drawn.result);
      },
    },
  };
}
