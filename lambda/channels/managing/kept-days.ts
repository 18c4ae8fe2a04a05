import * as z from 'zod/mini';
import { type Channel, DEFAULT_TENANT } from '../channel.ts';

const days = z.int().check(z.positive());

const schema = z.object({
  /** Of rows, where a channel says nothing else; and the most days for which large payloads are kept. */
  ...{ rows: days, longest: days },
  /** Of files, by the tenants whose prefix has a rule of its own. Those of others are kept longest. */
  tenants: z.record(z.string(), days),
  /** Whose files are, where a channel's row names no tenant. */
  tenant: z.string(),
  channels: z.record(
    z.string(),
    z.object({ rows: z.optional(days), tenant: z.optional(z.string()) }),
  ),
});

/** For how long the stage's settings keep rows and files. */
export type KeptDays = z.infer<typeof schema>;

/** Throws for what no stack of ours sets. */
export function readKeptDays(json: string): KeptDays {
  return schema.parse(JSON.parse(json));
}

/** A row that outlives its file would tell of what is gone. */
export function keptDaysFault(
  { id, tenant, retentionDays }: Pick<Channel, 'id' | 'tenant' | 'retentionDays'>,
  kept: KeptDays,
): string | undefined {
  const set = Object.hasOwn(kept.channels, id) ? kept.channels[id] : undefined;
  const rows = retentionDays ?? set?.rows ?? kept.rows;
  const said = `retentionDays is ${rows}${retentionDays === undefined ? ' by the settings' : ''}`;
  if (rows > kept.longest) {
    return `${said} and takes up to ${kept.longest}, as long as this stage keeps files and large payloads`;
  }
  const owner = tenant === DEFAULT_TENANT ? (set?.tenant ?? kept.tenant) : tenant;
  const files =
    (Object.hasOwn(kept.tenants, owner) ? kept.tenants[owner] : undefined) ?? kept.longest;
  return rows > files
    ? `${said} and takes up to ${files}, as long as this stage keeps files of the tenant ${owner}`
    : undefined;
}
