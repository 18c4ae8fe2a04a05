import { RemovalPolicy } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ATTRIBUTES, INDEXES } from '../../lambda/table/keys.ts';
import { allow } from '../shared/allow.ts';
import type { Stage } from '../stage.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

export interface EventTableProps {
  readonly stage: Stage;
}

/** The record: one row an event or sent message; its change stream feeds all that follows. */
export class EventTable extends Construct {
  readonly table: TableV2;
  readonly timelineArn: string;
  readonly byTimeArn: string;

  constructor(scope: Construct, id: string, { stage }: EventTableProps) {
    super(scope, id);

    const warm = warmThroughput(stage);
    this.table = new TableV2(this, 'Table', {
      partitionKey: string(ATTRIBUTES.partitionKey),
      sortKey: string(ATTRIBUTES.sortKey),
      // Keys only: an entry is one write unit, and readers fetch the few rows of a page anyway.
      localSecondaryIndexes: [
        {
          indexName: INDEXES.byTime,
          sortKey: string(ATTRIBUTES.at),
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      globalSecondaryIndexes: [
        {
          indexName: INDEXES.timeline,
          partitionKey: string(ATTRIBUTES.timelinePk),
          sortKey: string(ATTRIBUTES.timelineAt),
          projectionType: ProjectionType.KEYS_ONLY,
          // An index that cannot keep up throttles the writes of its table.
          ...warm,
        },
      ],
      timeToLiveAttribute: ATTRIBUTES.expiresAt,
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      billing: Billing.onDemand(),
      ...warm,
      // A key of AWS's costs nothing a request; one in KMS is billed for every call that misses its cache.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.protectData,
      removalPolicy: stage.protectData
        ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        : RemovalPolicy.DESTROY,
    });
    this.timelineArn = `${this.table.tableArn}/index/${INDEXES.timeline}`;
    this.byTimeArn = `${this.table.tableArn}/index/${INDEXES.byTime}`;
  }

  /** To find the rows of a contact or of a message, in the order of any index. */
  grantQuery(grantee: IGrantable): void {
    const arns = [this.table.tableArn, this.byTimeArn, this.timelineArn];
    allow(grantee, ['dynamodb:Query'], arns);
  }

  /** Requests that the table, or one of its global indexes, turned away. */
  metricThrottles(
    name: 'ReadThrottleEvents' | 'WriteThrottleEvents',
    index?: keyof typeof INDEXES,
  ): Metric {
    return this.table.metric(name, {
      statistic: Stats.SUM,
      ...(index !== undefined && {
        dimensionsMap: {
          TableName: this.table.tableName,
          GlobalSecondaryIndexName: INDEXES[index],
        },
      }),
    });
  }
}

function warmThroughput({ tableWarmReads, tableWarmWrites }: Stage) {
  if (tableWarmReads === undefined && tableWarmWrites === undefined) return {};
  return {
    warmThroughput: {
      ...(tableWarmReads !== undefined && { readUnitsPerSecond: tableWarmReads }),
      ...(tableWarmWrites !== undefined && { writeUnitsPerSecond: tableWarmWrites }),
    },
  };
}
