import { ARCHIVE } from './archive.ts';
import { CAMPAIGNS } from './campaigns.ts';
import { DELIVERY } from './delivery.ts';
import { EVENTS } from './events.ts';
import { FORGETTING } from './forgetting.ts';
import { INBOUND } from './inbound.ts';
import { MEDIA } from './media.ts';
import type { Mutation } from './mutation.ts';
import { READING } from './reading.ts';
import { SENDING } from './sending.ts';
import { TABLE } from './table.ts';
import { TENANTS } from './tenants.ts';
import { TRIGGERED } from './triggered.ts';

/** By the room that is wrong. */
export const MUTATIONS: readonly Mutation[] = [
  ...EVENTS,
  ...TABLE,
  ...INBOUND,
  ...MEDIA,
  ...DELIVERY,
  ...FORGETTING,
  ...ARCHIVE,
  ...READING,
  ...SENDING,
  ...CAMPAIGNS,
  ...TRIGGERED,
  ...TENANTS,
];
