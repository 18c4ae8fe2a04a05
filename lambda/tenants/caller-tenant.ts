import { ALL_TENANTS, type TenantOf } from '../answers/tenancy.ts';
import { keptValue } from '../shared/kept-value.ts';
import type { Caller, ReadCallers } from './caller-table.ts';

/** How old what is known of tenants may be: of callers, and of channels. */
export const TENANCY_MAX_AGE_MS = 10_000;

/** As `TenantOf` has it. */
export function tenantAmong(
  callers: readonly Caller[],
  principal: string | undefined,
): string | undefined {
  if (callers.length === 0) return ALL_TENANTS;
  return callers.find((one) => one.principal === principal)?.tenant;
}

/** Of which tenant callers were a moment ago. */
export function keptCallers(read: ReadCallers, now: () => number): TenantOf {
  const kept = keptValue(read, TENANCY_MAX_AGE_MS, now);
  return async (principal, signal) => tenantAmong(await kept(signal), principal);
}
