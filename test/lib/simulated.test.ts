import { describe, expect, test } from 'vitest';
import { eventFilter } from '../../local/functions/event-filter.ts';
import { readersOf } from '../faults/after-table/change-stream.ts';
import { DEPLOYED } from '../faults/after-table/deployed.ts';
import { SENDING_DEPLOYED } from '../faults/sending/deployed.ts';
import { changeRecord } from '../support/change-records.ts';
import { aTemplate, propertiesOf } from './synthesized.ts';

const template = aTemplate();
const functions = propertiesOf(template, 'AWS::Lambda::Function');
const mappings = propertiesOf(template, 'AWS::Lambda::EventSourceMapping');
const queues = propertiesOf(template, 'AWS::SQS::Queue');

/** The mapping of a function, as it is deployed. */
function mappingOf(id: string) {
  const found = Object.values(mappings).find(({ FunctionName }) => FunctionName === `<${id}>`);
  if (found === undefined) throw new Error(`${id} has no mapping`);
  return found;
}

const IDS = {
  router: 'RoutingRouterFunction',
  archiver: 'ArchiveArchiverFunction',
  deliverer: 'DeliveryDelivererFunction',
  prober: 'DeliveryProberFunction',
  subscribers: 'SubscriberApiSubscribersFunction',
  fetcher: 'MediaFetcherFunction',
} as const;

describe('the simulated world behind the table', () => {
  test('gives each function the time that it has where it is deployed', () => {
    const timeouts = Object.entries(IDS).map(([name, id]) => [name, functions[id].Timeout]);

    expect(Object.fromEntries(timeouts)).toEqual(DEPLOYED.timeouts);
  });

  test.each(['router', 'archiver'] as const)(
    'reads the stream as the mapping of %s does',
    (name) => {
      const mapping = mappingOf(IDS[name]);

      expect({
        batchSize: mapping.BatchSize,
        batchingWindow: mapping.MaximumBatchingWindowInSeconds ?? 0,
        reportsBatchItemFailures: mapping.FunctionResponseTypes !== undefined,
      }).toEqual(DEPLOYED.readers[name]);
      expect(mapping).toMatchObject({
        MaximumRecordAgeInSeconds: DEPLOYED.maximumRecordAge,
        ParallelizationFactor: 1,
      });
      expect(mapping).not.toHaveProperty('BisectBatchOnFunctionError');
      expect(mapping).not.toHaveProperty('MaximumRetryAttempts');
    },
  );

  test('lets the changes through that the filters let through', () => {
    const filterOf = (id: string) =>
      eventFilter(
        mappingOf(id).FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => Pattern),
      );
    const [isRouted, isArchived] = [filterOf(IDS.router), filterOf(IDS.archiver)];
    const row = (sk: string, more = {}) => ({ pk: { S: 'a' }, sk: { S: sk }, ...more });
    const provider = { provider: { S: 'meta' } };
    const rows = ['message', 'participant#a', 'message.a', 'sub_1'].flatMap((sk) => [
      ...[row(sk), row(sk, provider)],
      row(sk, { ...provider, mediaNewsAt: { N: '1' } }),
    ]);
    const images = [undefined, ...rows];
    for (const [before, after] of images.flatMap((one) => images.map((other) => [one, other]))) {
      if (before === undefined && after === undefined) continue;
      const record = changeRecord(1, before, after, 0);
      const readers = readersOf(record);
      expect([isRouted(record), isArchived(record)]).toEqual([
        readers !== undefined,
        readers === 'both',
      ]);
    }
  });

  test('has queues that hide and count as those that are deployed', () => {
    const of = (id: string) => ({
      visibilityTimeout: queues[id].VisibilityTimeout,
      maxReceiveCount: queues[id].RedrivePolicy.maxReceiveCount,
    });

    expect({ deliveries: of('DeliveriesQueue'), jobs: of('MediaJobsQueue') }).toEqual(
      DEPLOYED.queues,
    );
    expect({ fetcher: mappingOf(IDS.fetcher).BatchSize }).toEqual(DEPLOYED.batchSizes);
    const variables = functions[IDS.prober].Environment.Variables;
    expect(variables).toMatchObject({
      VISIBILITY_TIMEOUT_SECONDS: String(DEPLOYED.queues.deliveries.visibilityTimeout),
    });
  });
});

describe('the simulated world of sending', () => {
  test('has the times that functions and queue have where they are deployed', () => {
    const ids = {
      messages: 'MessagesApiMessagesFunction',
      sender: 'SendingSenderFunction',
      ticker: 'TickingTickerFunction',
    };
    const timeouts = Object.entries(ids).map(([name, id]) => [name, functions[id]?.Timeout]);
    const outbox = Object.entries(queues).find(([id]) => id.startsWith('Outbox'))?.[1];

    expect(Object.fromEntries(timeouts)).toEqual(SENDING_DEPLOYED.timeouts);
    expect({
      visibilityTimeout: outbox?.VisibilityTimeout,
      retention: outbox?.MessageRetentionPeriod,
    }).toEqual(SENDING_DEPLOYED.outbox);
  });
});
