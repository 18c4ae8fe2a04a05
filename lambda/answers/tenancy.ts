/** In place of a tenant: all of them. */
export const ALL_TENANTS = '*';

/**
 * Of which tenant a caller is: of all where it says so, or where nobody is of any. Undefined where others
 * are of one and the caller is of none.
 *
 * @param principal as `principalOf` has it
 */
export type TenantOf = (
  principal: string | undefined,
  signal: AbortSignal,
) => Promise<string | undefined>;

interface OfTenant {
  readonly tenant?: string | undefined;
}

/** Whether a caller of one tenant names another. @param caller of none where they see all of them */
export function namesAnother({ tenant: named }: OfTenant, { tenant }: OfTenant): boolean {
  return tenant !== undefined && (named ?? tenant) !== tenant;
}
