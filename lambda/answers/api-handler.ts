import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Telemetry } from '../shared/aws/telemetry.ts';
import { type HttpRequest, toRequest } from './api-gateway.ts';

/** How Lambda calls a function that answers requests; what it counted and logged is written after each. */
export function apiHandler<Rest extends readonly unknown[]>(
  { flush }: Pick<Telemetry, 'flush'>,
  answer: (request: HttpRequest, ...rest: Rest) => Promise<APIGatewayProxyStructuredResultV2>,
) {
  return async (event: APIGatewayProxyEventV2, ...rest: Rest) => {
    try {
      return await answer(toRequest(event), ...rest);
    } finally {
      await flush();
    }
  };
}
