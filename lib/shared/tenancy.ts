import { CHANNELS_PARTITION, TENANTS_PARTITION } from '../../lambda/table/keys.ts';

/** Partitions by which a function knows whose callers and channels are. */
export const TENANCY = [TENANTS_PARTITION, CHANNELS_PARTITION];
