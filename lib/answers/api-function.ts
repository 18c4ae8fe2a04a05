import { Duration } from 'aws-cdk-lib';
import type { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ServiceFunction, type ServiceFunctionProps } from '../shared/service-function.ts';
import type { Stage } from '../stage.ts';
import type { HttpFront } from './http-front.ts';

export interface ApiProps {
  readonly stage: Stage;
  readonly front: HttpFront;
}

export interface ApiFunctionProps
  extends ApiProps,
    Omit<ServiceFunctionProps, 'memorySize' | 'timeout'> {
  /** Of the function below this construct, and of the front's integration with it. */
  readonly functionId: string;
  /** The methods that it answers, by path. */
  readonly routes: Readonly<Record<string, readonly HttpMethod[]>>;
}

/** A function that answers requests to the front, of callers that IAM lets in. */
export class ApiFunction extends Construct {
  readonly function: IFunction;
  /** For what is granted. */
  protected readonly grantee: ServiceFunction;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { front, functionId, routes, ...rest } = props;
    this.grantee = new ServiceFunction(this, functionId, {
      ...rest,
      // As for ingest: what a caller waits for longest is a cold start, which is all CPU.
      memorySize: 512,
      // HTTP APIs give up after 30 s.
      timeout: Duration.seconds(29),
    });
    this.function = this.grantee.function;
    front.addIamRoutes(functionId, this.function, routes);
  }
}
