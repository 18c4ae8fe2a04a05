import { Aws } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { RESULTS_PREFIX } from './event-archive.ts';

export interface ArchiveQueriesProps {
  readonly stage: Stage;
  readonly bucket: Bucket;
}

type Columns = readonly (readonly [name: string, type: string])[];

/** Members of a line, which Athena finds whatever the case of their letters. */
const LINE: Columns = [
  ['v', 'int'],
  ['id', 'string'],
  ['group', 'string'],
  ['provider', 'string'],
  ['channel', 'string'],
  ['kind', 'string'],
  ['type', 'string'],
  ['direction', 'string'],
  ['wamid', 'string'],
  ['occurredat', 'bigint'],
  ['receivedat', 'bigint'],
  ['payload', 'string'],
  ['payloadkey', 'string'],
];

/** UTC, of the receipt. */
const PARTITIONS: Columns = [
  ['dt', 'string'],
  ['hour', 'string'],
];

const VIEW: Columns = [
  ['id', 'varchar'],
  ['message_group', 'varchar'],
  ['provider', 'varchar'],
  ['channel', 'varchar'],
  ['kind', 'varchar'],
  ['type', 'varchar'],
  ['direction', 'varchar'],
  ['wamid', 'varchar'],
  ['occurred_at', 'timestamp(3)'],
  ['received_at', 'timestamp(3)'],
  ['payload', 'varchar'],
  ['payload_key', 'varchar'],
  ['dt', 'varchar'],
  ['hour', 'varchar'],
];

/** In UTC, and without saying so: Athena takes no view that has a time with its zone in it. */
function timeIn(milliseconds: string): string {
  return `CAST(from_unixtime(${milliseconds} / 1000e0) AT TIME ZONE 'UTC' AS timestamp(3))`;
}

/**
 * Each event once: a batch that was handed over twice may stand in two objects of its hour.
 *
 * The hour comes first in what makes two lines one, so that a query reads the days that it names only.
 */
const EACH_ONCE = `SELECT id, "group" AS message_group, provider, channel, kind, type, direction, wamid,
  ${timeIn('occurredat')} AS occurred_at, ${timeIn('receivedat')} AS received_at,
  payload, payloadkey AS payload_key, dt, hour
FROM (SELECT *, row_number() OVER (PARTITION BY dt, hour, id ORDER BY receivedat) AS copy FROM lines)
WHERE copy = 1`;

/** A query that reads more is stopped: 200 GB are a dollar. */
const MOST_BYTES = 200 * 1024 ** 3;

/** Makes the archive readable in SQL: no crawler, as the hours of the keys are worked out from the query. */
export class ArchiveQueries extends Construct {
  readonly database: string;
  readonly workgroup: string;

  constructor(scope: Construct, id: string, { stage, bucket }: ArchiveQueriesProps) {
    super(scope, id);

    // Whoever writes SQL has to type it.
    this.database = `floodgate_${stage.name.replaceAll('-', '_')}`;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: this.database, description: 'Archive of WhatsApp events' },
    });
    const lines = new CfnTable(this, 'Lines', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: this.database,
      tableInput: linesTable(bucket),
    });
    const view = new CfnTable(this, 'View', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: this.database,
      tableInput: eventsView(this.database),
    });
    lines.addResourceDependency(database);
    view.addResourceDependency(lines);

    const workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name: `Floodgate-${stage.name}`,
      description: 'Queries of the archive',
      recursiveDeleteOption: !stage.protectData,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: MOST_BYTES,
        resultConfiguration: {
          outputLocation: bucket.s3UrlForObject(RESULTS_PREFIX),
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
    this.workgroup = workgroup.ref;
  }
}

function linesTable(bucket: Bucket): CfnTable.TableInputProperty {
  const location = bucket.s3UrlForObject('events/');
  return {
    name: 'lines',
    description: 'As they were written; the view events has each event once',
    tableType: 'EXTERNAL_TABLE',
    parameters: {
      EXTERNAL: 'TRUE',
      'projection.enabled': 'true',
      'projection.dt.type': 'date',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.dt.range': '2026-01-01,NOW+1DAYS',
      'projection.hour.type': 'integer',
      'projection.hour.range': '0,23',
      'projection.hour.digits': '2',
      'storage.location.template': `${location}dt=\${dt}/hour=\${hour}/`,
    },
    partitionKeys: glueColumns(PARTITIONS),
    storageDescriptor: {
      columns: glueColumns(LINE),
      location,
      inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
    },
  };
}

/** As Athena itself stores a view. */
function eventsView(schema: string): CfnTable.TableInputProperty {
  const view = {
    originalSql: EACH_ONCE,
    catalog: 'awsdatacatalog',
    schema,
    columns: VIEW.map(([name, type]) => ({ name, type })),
  };
  const encoded = Buffer.from(JSON.stringify(view)).toString('base64');
  return {
    name: 'events',
    description: 'Each event once',
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment: 'Presto View' },
    partitionKeys: [],
    viewOriginalText: `/* Presto View: ${encoded} */`,
    viewExpandedText: '/* Presto View */',
    storageDescriptor: { columns: glueColumns(VIEW.map(hiveColumn)), serdeInfo: {}, location: '' },
  };
}

function hiveColumn([name, type]: Columns[number]): Columns[number] {
  return [name, type === 'varchar' ? 'string' : type.replace('(3)', '')];
}

function glueColumns(columns: Columns): CfnTable.ColumnProperty[] {
  return columns.map(([name, type]) => ({ name, type }));
}
