import {
  accountGroup,
  type ContactNames,
  contactGroup,
  digest,
  type EventKind,
  type IdentityLink,
  messageGroup,
  type WebhookEvent,
} from '../../events/event.ts';
import { nameOf } from '../../events/naming.ts';
import { textOf } from '../../shared/json/fields.ts';
import type { Part } from '../webhook-split.ts';

/** Where in a Meta webhook a part was found. */
export interface MetaScope {
  readonly part: Part;
  /** Id of the WhatsApp Business Account. */
  readonly account: string;
  /** The entry's Unix time in seconds, or empty. */
  readonly time: string;
  readonly field: string;
  readonly channel: string;
  readonly displayPhoneNumber: string | undefined;
  /** In ms since 1970. */
  readonly occurredAt: number;
}

/** What one kind of part says of itself; the rest of an event is common to all. */
export interface Particulars {
  readonly kind: EventKind;
  readonly type: string;
  /** @default 'inbound' */
  readonly direction?: WebhookEvent['direction'];
  readonly group: string;
  /**
   * Parts of the event's id.
   *
   * @default account, field, content and the entry's time
   */
  readonly id?: readonly string[];
  readonly wamid?: string;
  readonly contact?: ContactNames;
  readonly links?: readonly IdentityLink[];
  readonly status?: NonNullable<WebhookEvent['status']>;
}

/** Reads one list's element; undefined where it lacks what makes it more than an account event. */
export type PartReader = (leaf: unknown, scope: MetaScope) => Particulars | undefined;

export function scopeOf(part: Part): Omit<MetaScope, 'occurredAt'> {
  const [, entry, change, ...values] = part.around;
  const account = textOf(entry, 'id') ?? 'unknown';
  const inValue = (key: string) =>
    values.map((value) => textOf(value, 'metadata', key)).find((text) => text !== undefined);
  return {
    part,
    account,
    time: textOf(entry, 'time') ?? '',
    field: textOf(change, 'field') ?? 'unknown',
    channel: inValue('phone_number_id') ?? account,
    displayPhoneNumber: inValue('display_phone_number'),
  };
}

/** In doubt an event is told by its content: too fine costs a double, too coarse a loss. */
export function contentId({ account, field, part, time }: MetaScope): readonly string[] {
  return [account, field, part.list ?? '', digest([part.content]), time];
}

/** Group of whom an event names, else of its wamid, else of its field. */
export function groupOf(
  scope: MetaScope,
  contact: ContactNames,
  wamid: string | undefined,
): string {
  const name = nameOf(contact);
  if (name !== undefined) return contactGroup(scope.channel, name);
  return wamid === undefined
    ? accountGroup(scope.account, scope.field)
    : messageGroup(scope.channel, wamid);
}
