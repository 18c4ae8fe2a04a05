import type { SecretSource } from '../../shared/aws/secrets-manager.ts';

/**
 * Checks against the known secrets and, where none fits, once against newer ones: a secret that
 * was rotated a moment ago refuses no webhook.
 */
export async function checkAgainst<Secrets, Check extends { readonly ok: boolean }>(
  source: SecretSource<Secrets>,
  check: (secrets: Secrets) => Check,
): Promise<Check> {
  const known = check(await source.current());
  if (known.ok) return known;
  const newer = await source.newer();
  return newer === undefined ? known : check(newer);
}
