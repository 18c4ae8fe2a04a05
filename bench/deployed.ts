import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { eventFilter } from '../local/functions/event-filter.ts';
import { buildAssembly } from '../local/template/assembly.ts';
import { readAssembly } from '../local/template/assembly-files.ts';
import { ASSUMED } from './assumed.ts';

/** What the template says that money depends on. */
export interface Deployed {
  readonly memoryMegabytes: (functionName: keyof typeof FUNCTIONS) => number;
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly secrets: number;
  /** Of KMS. */
  readonly keys: number;
  /** Of a line of the access log, where the stage has one. */
  readonly accessLogBytes: number;
  /** Minutes between two runs of the prober. */
  readonly scheduleMinutes: number;
  /** Likewise, between two looks at the lanes. */
  readonly tickerMinutes: number;
  /** That a function reads. */
  readonly queues: number;
  /** Whether a change of the table costs an invocation of the router. */
  readonly isHandedOn: (change: DynamoDBRecord) => boolean;
}

const alarmSchema = z.object({ Metrics: z.optional(z.array(z.looseObject({}))) });
const stageSchema = z.object({ AccessLogSettings: z.object({ Format: z.string() }) });
const ruleSchema = z.object({ ScheduleExpression: z.string() });
const functionSchema = z.object({ MemorySize: z._default(z.number(), 128) });
const mappingSchema = z.object({
  FunctionName: z.object({ Ref: z.string() }),
  FilterCriteria: z._default(z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }), {
    Filters: [],
  }),
});

/** Logical ids begin with the construct's path, such as `InboundWebhookIngest…`. */
const FUNCTIONS = {
  ingest: 'Ingest',
  processor: 'Processor',
  archiver: 'Archiver',
  router: 'Router',
  deliverer: 'Deliverer',
  prober: 'Prober',
  media: 'Fetcher',
  ticker: 'Ticker',
  messages: 'Messages',
  sender: 'Sender',
} as const;

export async function readDeployed(): Promise<Deployed> {
  const { Resources } = readAssembly(await buildAssembly()).template;
  const ofType = (type: string) =>
    Object.entries(Resources).filter(([, resource]) => resource.Type === type);
  const rulesOf = (room: string) =>
    ofType('AWS::Events::Rule')
      .filter(([id]) => id.startsWith(room))
      .map(([, rule]) => rule.Properties);
  const mappings = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => {
    const { FunctionName, FilterCriteria } = mappingSchema.parse(Properties);
    return { reader: FunctionName.Ref, patterns: FilterCriteria.Filters.map((one) => one.Pattern) };
  });
  const router = mappings.find(({ reader }) => reader.includes(`${FUNCTIONS.router}Function`));
  if (router === undefined) throw new Error('the template has no mapping of the router');
  return {
    memoryMegabytes: (name) => {
      const found = ofType('AWS::Lambda::Function').find(([id]) =>
        id.includes(`${FUNCTIONS[name]}Function`),
      );
      if (found === undefined) throw new Error(`the template has no function ${name}`);
      return functionSchema.parse(found[1].Properties).MemorySize;
    },
    alarmMetrics: ofType('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => alarmSchema.parse(Properties).Metrics)
      // An expression is billed by the metrics in it.
      .map((metrics) => metrics?.filter((metric) => 'MetricStat' in metric).length ?? 1)
      .reduce((sum, metrics) => sum + metrics, 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    secrets: ofType('AWS::SecretsManager::Secret').length,
    keys: ofType('AWS::KMS::Key').length,
    accessLogBytes: lineBytes(ofType('AWS::ApiGatewayV2::Stage')[0]?.[1].Properties),
    scheduleMinutes: minutesOf(rulesOf('Delivery')),
    tickerMinutes: minutesOf(rulesOf('Ticking')),
    // Mappings of streams have filters, those of queues none.
    queues: mappings.filter(({ patterns }) => patterns.length === 0).length,
    isHandedOn: eventFilter(router.patterns),
  };
}

function lineBytes(stage: unknown): number {
  const { Format } = stageSchema.parse(stage).AccessLogSettings;
  const values = new Map<string, string>(Object.entries(ASSUMED.accessLogValues));
  const line = Format.replaceAll(/\$context(\.\w+)+/g, (name) => values.get(name) ?? '200');
  return Buffer.byteLength(line);
}

/** Throws where a room has more schedules than one. */
function minutesOf([rule, ...others]: readonly unknown[]): number {
  const { ScheduleExpression: every } = ruleSchema.parse(rule);
  const minutes = Number(/^rate\((\d+) minutes?\)$/.exec(every)?.[1]);
  if (others.length > 0 || Number.isNaN(minutes)) throw new Error(`schedules beside ${every}`);
  return minutes;
}
