import { type Answered, refusal } from '../../answers/json-answer.ts';
import { ALL_TENANTS } from '../../answers/tenancy.ts';
import type { Caller, CallerWriter, ReadCallers } from '../caller-table.ts';
import { tenantAmong } from '../caller-tenant.ts';
import type { CallersAnswer } from './schemas.ts';

export interface ManageDeps {
  readonly callers: ReadCallers;
  readonly table: CallerWriter;
}

type You = string | undefined;

export async function listCallers(
  you: You,
  { callers }: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const body: CallersAnswer = { callers: [...(await callers(signal))], you: you ?? null };
  return { status: 200, body };
}

export async function putCaller(
  you: You,
  caller: Caller,
  { callers, table }: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const after = [...without(caller.principal, await callers(signal)), caller];
  const advice = `give yourself all tenants first: npx floodgate tenant add '${ALL_TENANTS}' ${you}`;
  const fault = lockOut(you, after, advice);
  if (fault !== undefined) return fault;
  await table.put(caller, signal);
  return { status: 200, body: caller };
}

export async function removeCaller(
  you: You,
  principal: string,
  { callers, table }: ManageDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const left = without(principal, await callers(signal));
  const fault = lockOut(you, left, 'have another who sees all do it, or remove all others first');
  if (fault !== undefined) return fault;
  if (await table.remove(principal, signal)) return { status: 204, body: undefined };
  return refusal('not_found', `${principal} is of no tenant`);
}

function without(principal: string, callers: readonly Caller[]): readonly Caller[] {
  return callers.filter((one) => one.principal !== principal);
}

/** Whoever changes it sees all afterwards too: so there is always somebody who can change it again. */
function lockOut(you: You, after: readonly Caller[], advice: string): Answered | undefined {
  if (tenantAmong(after, you) === ALL_TENANTS) return undefined;
  const why = 'you would see nothing, or not all, and could not undo it';
  const what = you === undefined ? 'call as a role or user of this account' : advice;
  return refusal('conflict', `${why}: ${what}`);
}
