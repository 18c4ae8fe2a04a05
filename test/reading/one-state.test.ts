import { describe, expect, test } from 'vitest';
import { messageGroup } from '../../lambda/events/event.ts';
import { messageAnswer, timelineAnswer } from '../../lambda/reading/schemas.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { aConversation } from '../support/stored-conversation.ts';
import { aMessage, aStatus, CHANNEL, metaWebhook, only, splitMeta } from '../support/webhooks.ts';

const SECOND = 1_795_212_000;
const PHONE = '5215550001111';
const OTHER_FORM = '525550001111';
const USER_ID = 'MX.10000000000000000001';
const TOKEN = '3A00000000000001';
const ours = { isOurs: true };
const BY_PHONE = metaWamid(PHONE, TOKEN, ours);
const BY_USER = metaWamid(USER_ID, TOKEN, { ...ours, kindOfUser: 0x14 });

const conversation = await aConversation((SECOND + 100) * 1000);

const bothNames = { recipient_id: PHONE, recipient_user_id: USER_ID };
const phoneAlone = { recipient_id: PHONE, recipient_user_id: undefined };
const userAlone = { recipient_id: undefined, recipient_user_id: USER_ID };

function status(id: string, name: string, at: number, names: object = bothNames): string {
  const told = { id, status: name, timestamp: String(SECOND + at), ...names };
  return metaWebhook({ statuses: [aStatus(told)] });
}

async function message(wamid: string) {
  const { status: code, body } = await conversation.message(wamid);
  expect(code).toBe(200);
  return messageAnswer.parse(body);
}

async function entries(contact: string) {
  const { body } = await conversation.timeline(contact);
  return timelineAnswer.parse(body).entries;
}

const names = ({ statuses }: { readonly statuses: readonly { readonly status: string }[] }) =>
  statuses.map((each) => each.status);

/** Stores a status as earlier releases did: with its wamid, not with its message. */
async function storeAsBefore(body: string) {
  const event = only(splitMeta(body));
  await conversation.store({ ...event, group: messageGroup(CHANNEL, event.wamid ?? '') });
}

describe('the statuses of one message are one state, under whatever wamid they come', () => {
  const said: readonly (readonly [string, readonly string[]])[] = [
    ['by either name', [status(BY_PHONE, 'sent', 1), status(BY_USER, 'read', 2)]],
    [
      'by one name each',
      [status(BY_PHONE, 'sent', 1, phoneAlone), status(BY_USER, 'read', 2, userAlone)],
    ],
    [
      'by the two forms of a number',
      [status(BY_PHONE, 'sent', 1), status(metaWamid(OTHER_FORM, TOKEN, ours), 'read', 2)],
    ],
    [
      'by a number that is taken for another kind of user',
      [
        status(BY_PHONE, 'sent', 1),
        status(metaWamid(PHONE, TOKEN, { ...ours, kindOfUser: 0x14 }), 'read', 2),
      ],
    ],
    [
      'by the number of the business',
      [status(BY_PHONE, 'sent', 1), status(metaWamid('15550783881', TOKEN, ours), 'read', 2)],
    ],
  ];

  test.each(said)('%s', async (_, bodies) => {
    for (const order of [bodies, bodies.toReversed()]) {
      await conversation.clear();
      for (const body of order) await conversation.meta(body);

      for (const wamid of [BY_PHONE, BY_USER]) {
        const found = await message(wamid);
        expect(found.status).toBe('read');
        expect(names(found)).toEqual(['sent', 'read']);
      }
      const found = await entries(USER_ID);
      expect(found).toMatchObject([{ status: 'read' }]);
      expect(found.map(names)).toEqual([['sent', 'read']]);
    }
  });

  test.each(said.slice(0, 1))(
    '%s, though an earlier release stored some of them',
    async (_, bodies) => {
      const both = [...bodies, status(BY_PHONE, 'delivered', 3)];
      for (const old of [
        [true, false, false],
        [false, true, false],
        [true, true, false],
        [true, true, true],
      ]) {
        await conversation.clear();
        for (const [index, body] of both.entries()) {
          await (old[index] ? storeAsBefore(body) : conversation.meta(body));
        }

        for (const wamid of [BY_PHONE, BY_USER]) {
          expect(names(await message(wamid))).toEqual(['sent', 'delivered', 'read']);
        }
        for (const contact of [PHONE, USER_ID]) {
          const found = await entries(contact);
          expect(found.map(names)).toEqual([['sent', 'delivered', 'read']]);
        }
      }
    },
  );
});

describe('a member of a group chat is one', () => {
  const group = { recipient_id: 'Y2FwaQ==', recipient_type: 'group', recipient_user_id: undefined };
  const member = (phone: string | undefined, userId: string | undefined) => ({
    ...{ ...group, recipient_participant_id: phone, recipient_participant_user_id: userId },
  });
  const byPhone = status(BY_PHONE, 'delivered', 1, member(PHONE, undefined));
  const byUser = status(BY_PHONE, 'read', 2, member(undefined, USER_ID));
  const byBoth = status(BY_PHONE, 'played', 3, member(PHONE, USER_ID));
  const linked = metaWebhook({ messages: [aMessage()] });
  const another = status(BY_PHONE, 'read', 4, member('5215550002222', undefined));

  const whole = {
    name: USER_ID,
    contact: { phone: PHONE, userId: USER_ID },
  };

  test.each([
    ['under both names, once a link tells so', [byPhone, byUser, linked], ['delivered', 'read']],
    ['under the names that its statuses tell', [byPhone, byBoth], ['delivered', 'played']],
    ['under all of them', [byPhone, byUser, byBoth], ['delivered', 'read', 'played']],
  ])('%s', async (_, bodies, told) => {
    for (const order of [bodies, bodies.toReversed()]) {
      await conversation.clear();
      for (const body of [...order, another]) await conversation.meta(body);

      const { participants } = await message(BY_PHONE);
      expect(participants).toHaveLength(2);
      const [found] = participants.filter(({ contact }) => contact.userId === USER_ID);
      expect(found).toMatchObject(whole);
      expect(found && names(found)).toEqual(told);
    }
  });

  test('and two where nothing joins their names', async () => {
    for (const body of [byPhone, byUser]) await conversation.meta(body);

    expect((await message(BY_PHONE)).participants).toMatchObject([
      { contact: { phone: PHONE, userId: null } },
      { contact: { phone: null, userId: USER_ID } },
    ]);
  });
});
