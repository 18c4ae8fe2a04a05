import { basename, join } from 'node:path';
import { type Duration, RemovalPolicy, type Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { metricNamespace } from '../watch/service-metric.ts';
import { allow } from './allow.ts';
import { bundlingWith, type LoadedLater } from './bundling.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface ServiceFunctionProps {
  /** Folder below `lambda/` with the function's `handler.ts`. */
  readonly folder: string;
  readonly description: string;
  readonly stage: Stage;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;

  /** In MB. A vCPU comes with every 1,769 MB, so it decides the speed too. */
  readonly memorySize: number;

  /**
   * What its role says that it runs.
   *
   * @default - the last part of its folder
   */
  readonly name?: string;

  /**
   * Adapters that the function imports when it needs them, so that its start does not wait for them.
   *
   * @default none
   */
  readonly loadedLater?: readonly LoadedLater[];

  /**
   * Of its disk, `/tmp`.
   *
   * @default - 512 MB
   */
  readonly ephemeralStorageSize?: Size;

  /**
   * Concurrency set aside for this function, and its limit.
   *
   * @default - shares the account's
   */
  readonly reservedConcurrentExecutions?: number;
}

/** A function of ours: bundled, on Arm, with its own log group and no right but to write to that. */
export class ServiceFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);

    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Its own role, as the managed policy for logging reaches every log group of the account.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Runs Floodgate ${props.name ?? basename(props.folder)}`,
    });
    allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);

    this.function = new NodejsFunction(this, 'Function', {
      entry: join(ROOT, 'lambda', props.folder, 'handler.ts'),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      bundling: bundlingWith(props.loadedLater ?? []),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      // Metrics are log lines without a level, which Lambda takes for INFO: WARN would drop them.
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      description: props.description,
      memorySize: props.memorySize,
      timeout: props.timeout,
      environment: {
        ...props.environment,
        // Two stages in one account must not set off each other's alarms.
        POWERTOOLS_METRICS_NAMESPACE: metricNamespace(props.stage),
      },
      ...(props.ephemeralStorageSize !== undefined && {
        ephemeralStorageSize: props.ephemeralStorageSize,
      }),
      ...(props.reservedConcurrentExecutions !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      }),
    });
  }
}
