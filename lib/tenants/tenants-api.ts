import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { TENANTS_PARTITION } from '../../lambda/table/keys.ts';
import type { TenantsEnvironment } from '../../lambda/tenants/managing/config.ts';
import { ApiFunction, type ApiProps } from '../answers/api-function.ts';
import { allowOnRows } from '../shared/allow.ts';
import type { EventTable } from '../table/event-table.ts';

const ROUTES: Readonly<Record<string, HttpMethod[]>> = {
  '/v1/tenants': [HttpMethod.GET],
  '/v1/tenants/{principal+}': [HttpMethod.PUT, HttpMethod.DELETE],
};

export interface TenantsApiProps extends ApiProps {
  readonly table: EventTable;
}

/** Manages which callers see which tenant. */
export class TenantsApi extends ApiFunction {
  constructor(scope: Construct, id: string, { table, ...props }: TenantsApiProps) {
    super(scope, id, {
      ...{ ...props, functionId: 'Tenants', folder: 'tenants/managing', name: 'tenants' },
      description: 'Manages which callers see which tenant',
      routes: ROUTES,
      environment: { TABLE_NAME: table.table.tableName } satisfies TenantsEnvironment,
    });

    allowOnRows(this.function, table.table, {
      'dynamodb:Query': [TENANTS_PARTITION],
      'dynamodb:PutItem': [TENANTS_PARTITION],
      'dynamodb:DeleteItem': [TENANTS_PARTITION],
    });
  }
}
