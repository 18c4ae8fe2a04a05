import * as z from 'zod/mini';
import { buildAssembly } from '../local/template/assembly.ts';
import { readAssembly } from '../local/template/assembly-files.ts';

/** What the template says that money depends on. */
export interface Deployed {
  readonly memoryMegabytes: (functionName: 'ingest' | 'processor' | 'archiver' | 'api') => number;
  readonly alarmMetrics: number;
  readonly secrets: number;
}

const alarmSchema = z.object({ Metrics: z.optional(z.array(z.looseObject({}))) });
const functionSchema = z.object({ MemorySize: z._default(z.number(), 128) });

/** Logical ids begin with the construct's path, such as `InboundWebhookIngest…`. */
const FUNCTIONS = {
  ingest: 'Ingest',
  processor: 'Processor',
  archiver: 'Archiver',
  api: 'Api',
} as const;

export async function readDeployed(): Promise<Deployed> {
  const { Resources } = readAssembly(await buildAssembly()).template;
  const ofType = (type: string) =>
    Object.entries(Resources).filter(([, resource]) => resource.Type === type);
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
    secrets: ofType('AWS::SecretsManager::Secret').length,
  };
}
