import * as z from 'zod/mini';
import { ALL_TENANTS } from '../../../lambda/answers/tenancy.ts';
import {
  type CallersAnswer,
  callerAnswer,
  callersAnswer,
} from '../../../lambda/tenants/managing/schemas.ts';
import { openApi } from '../stack/api-client.ts';
import { answering } from '../terminal/answering.ts';
import { drawColumns } from '../terminal/columns.ts';
import { readTenantOptions } from './options.ts';

const ALL = '/v1/tenants';

export const tenant = answering(readTenantOptions, async (options, surroundings) => {
  const api = await openApi(options.choice, surroundings);
  if (options.action === 'list') {
    const json = await api.call({ method: 'GET', path: ALL }, callersAnswer);
    return { json, text: (stream) => drawCallers(json, stream) };
  }
  const { principal } = options;
  const path = `${ALL}/${principal}`;
  if (options.action === 'remove') {
    await api.call({ method: 'DELETE', path }, z.undefined());
    return { json: { removed: principal }, text: () => `${principal} is of no tenant.\n` };
  }
  const body = { tenant: options.tenant };
  const json = await api.call({ method: 'PUT', path, body }, callerAnswer);
  return { json, text: () => `${principal} sees ${what(json.tenant)}.\n` };
});

function drawCallers({ callers, you }: CallersAnswer, stream: NodeJS.WritableStream): string {
  const who = `You are ${you ?? 'no role or user of this account'}.\n`;
  if (callers.length === 0) return `Nobody is of a tenant: everybody sees all.\n${who}`;
  const rows = callers.map((one) => [one.principal, what(one.tenant)]);
  return `${drawColumns(['CALLER', 'SEES'], rows, stream).join('\n')}\n${who}`;
}

function what(name: string): string {
  return name === ALL_TENANTS ? 'all tenants' : name;
}
