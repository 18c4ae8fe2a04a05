import type { LiveEvent } from '../answers.ts';

/** Which events are shown; what is empty wants all. */
export interface LiveFilter {
  readonly kind: string;
  readonly channel: string;
  /** Part of a name or number. */
  readonly contact: string;
}

export const NO_FILTER: LiveFilter = { kind: '', channel: '', contact: '' };

export function isWanted(event: LiveEvent, { kind, channel, contact }: LiveFilter): boolean {
  const isKind = kind === '' || event.kind === kind;
  const isChannel = channel === '' || event.channel === channel;
  const wanted = contact.trim().toLowerCase();
  const names = `${event.who ?? ''} ${event.contact ?? ''}`.toLowerCase();
  return isKind && isChannel && names.includes(wanted);
}
