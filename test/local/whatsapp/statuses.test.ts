import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../local/traffic/random.ts';
import { nextDue } from '../../../local/whatsapp/outbox.ts';
import { meetPerson } from '../../../local/whatsapp/people.ts';
import { DEFAULT_RULES } from '../../../local/whatsapp/rules.ts';
import { disturbed } from '../../../local/whatsapp/statuses.ts';
import {
  aTemplate,
  aText,
  aWorld,
  changesUntil,
  NOW,
  NUMBER,
  SOFIA,
  send,
  someoneWriting,
  statusesUntil,
} from './worlds.ts';

const LATER = NOW + 60_000;
const names = (statuses: readonly { readonly status: string }[]) =>
  statuses.map(({ status }) => status);

describe('a message that arrives', () => {
  test('is told to be sent, delivered and read, with its mark, its contact and its price', async () => {
    const world = aWorld();
    const { userId, name } = someoneWriting(world);
    const recipient = { recipient_id: SOFIA, recipient_user_id: userId };
    await send(world, { ...aText, biz_opaque_callback_data: 'mark' });
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'service' };
    const common = { id: world.ledger.receipts[0]?.wamid, ...recipient };

    const changes = changesUntil(world, LATER);
    const contact = { profile: { name }, wa_id: SOFIA, user_id: userId };
    const beside = { metadata: { phone_number_id: NUMBER }, contacts: [contact] };
    expect(changes).toMatchObject([
      {
        field: 'messages',
        value: {
          ...beside,
          statuses: [
            {
              ...{ ...common, status: 'sent', pricing, biz_opaque_callback_data: 'mark' },
              conversation: { origin: { type: 'service' } },
            },
          ],
        },
      },
      {
        value: {
          ...beside,
          statuses: [{ ...common, status: 'delivered', pricing, biz_opaque_callback_data: 'mark' }],
        },
      },
      {
        value: {
          ...beside,
          statuses: [{ ...common, status: 'read', biz_opaque_callback_data: 'mark' }],
        },
      },
    ]);
    expect(changes[2]?.value.statuses?.[0]).not.toHaveProperty('pricing');
    expect(changes[1]?.value.statuses?.[0]).not.toHaveProperty('conversation');
  });

  test('shows no number of whoever hides theirs and was written to by user id', async () => {
    const world = aWorld();
    const person = meetPerson(world.people, SOFIA);
    person.username = 'sofia';
    await send(world, { recipient: person.userId, ...aTemplate('hello_world') });
    const [change] = changesUntil(world, LATER);
    expect(change?.value.contacts).toEqual([
      { profile: { name: person.name, username: 'sofia' }, user_id: person.userId },
    ]);
    expect(change?.value.statuses?.[0]).not.toHaveProperty('recipient_id');
    expect(change?.value.statuses?.[0]).toHaveProperty('recipient_user_id', person.userId);
  });

  test('carries no mark where it is for a group', async () => {
    const world = aWorld();
    const group = { recipient_type: 'group', to: 'Y2FwaQ', biz_opaque_callback_data: 'mark' };
    await send(world, { ...group, ...aText });
    const [sent] = statusesUntil(world, LATER);
    expect(sent).toMatchObject({ status: 'sent', recipient_id: 'Y2FwaQ', recipient_type: 'group' });
    expect(sent).not.toHaveProperty('biz_opaque_callback_data');
  });

  test('is never told to be delivered where it is read as it arrives; the price comes with that', async () => {
    const world = aWorld({ statuses: { readAtOnceShare: 1 } });
    await send(world, aTemplate('hello_world'));
    const statuses = statusesUntil(world, LATER);
    expect(names(statuses)).toEqual(['sent', 'read']);
    expect(statuses[1]).toHaveProperty('pricing');
  });

  test('is told nothing of where the rules say so, nor to be read by who does not read', async () => {
    const silent = aWorld({ statuses: { silentShare: 1 } });
    await send(silent, aTemplate('hello_world'));
    expect(nextDue(silent.outbox)).toBe(undefined);
    const unread = aWorld({ statuses: { readShare: 0 } });
    await send(unread, aTemplate('hello_world'));
    expect(names(statusesUntil(unread, LATER))).toEqual(['sent', 'delivered']);
  });

  test('is told in its own time: nothing before it is due', async () => {
    const world = aWorld();
    await send(world, aTemplate('hello_world'));
    const due = nextDue(world.outbox) ?? 0;
    expect(due).toBeGreaterThan(NOW);
    expect(statusesUntil(world, due - 1)).toEqual([]);
    expect(names(statusesUntil(world, due))).toEqual(['sent']);
  });
});

describe('what the network makes of three updates', () => {
  const told = ['sent', 'delivered', 'read'].map((status, place) => ({
    at: NOW + 1_000 * place,
    update: { provider: 'meta' as const, change: { status } },
  }));
  const calm = { ...DEFAULT_RULES.statuses, lateShare: 0, doubledShare: 0, disorderedShare: 0 };
  const random = () => seededRandom(3, 'network');
  const order = (updates: ReturnType<typeof disturbed>) =>
    updates.toSorted((one, other) => one.at - other.at).map(({ update }) => update);

  test('is nothing where the rules say so', () => {
    expect(order(disturbed(told, random(), calm))).toEqual(told.map(({ update }) => update));
  });

  test('is all of them a second time', () => {
    const doubled = disturbed(told, random(), { ...calm, doubledShare: 1 });
    expect(doubled).toHaveLength(6);
    for (const { update } of told) {
      expect(doubled.filter((one) => one.update === update)).toHaveLength(2);
    }
  });

  test('is the reverse of their order', () => {
    const reversed = disturbed(told, random(), { ...calm, disorderedShare: 1 });
    expect(order(reversed)).toEqual(told.map(({ update }) => update).reverse());
  });

  test('is a delay, up to the longest', () => {
    const late = disturbed(told, random(), { ...calm, lateShare: 1, lateMs: 5_000 });
    const delays = late.map(({ at }, place) => at - (told[place]?.at ?? 0));
    expect(Math.min(...delays)).toBeGreaterThan(30);
    expect(Math.max(...delays)).toBeLessThanOrEqual(5_030);
  });

  test('is the same for the same seed', () => {
    const { statuses } = DEFAULT_RULES;
    expect(disturbed(told, random(), statuses)).toEqual(disturbed(told, random(), statuses));
  });
});
