import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueuedEvent } from '../../lambda/events/envelope.ts';
import { contactGroup, eventId } from '../../lambda/events/event.ts';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../../lambda/providers/wasender/webhook.ts';
import type { CallAws } from '../../lambda/shared/aws/json-protocol.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { parseJsonSource } from '../../lambda/shared/json/json-source.ts';
import { eventTable } from '../../lambda/table/event-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { metaWamid } from '../support/meta-wamid.ts';
import { FULL, refusing } from '../support/refusing-table.ts';
import { metaChange, metaChanges, wasenderWebhook } from '../support/webhooks.ts';

const NOW = 1_795_900_100_000;
const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const LID = '20000000000031@lid';
const TOKEN = '3A000000000000000000000000000001';
const BY_PHONE = metaWamid(PHONE, TOKEN);
const BY_USER = metaWamid(USER_ID, TOKEN, { kindOfUser: 0x14 });
const BY_ODD_PHONE = metaWamid(PHONE, TOKEN, { kindOfUser: 0x14 });

const emulator = await anEventTable();

type Store = (event: QueuedEvent) => Promise<string>;

/** The adapter as in a function that has just started. */
function coldTable(dynamodb: CallAws = emulator.dynamodb): Store {
  const { tableName } = emulator;
  const store = eventTable(dynamodb, { tableName, retentionDays: 30, now: () => NOW });
  return (event) => store(event, '1', new AbortController().signal);
}

async function storedMessages() {
  const rows = await emulator.rows();
  return rows.filter(({ payload }) => payload !== undefined);
}

function only(split: ReturnType<typeof splitMetaWebhook>): QueuedEvent {
  const [event, ...others] = split.ok ? split.events : [];
  if (event === undefined || others.length > 0) throw new Error('not one event');
  return event;
}

const text = { timestamp: '1795900040', type: 'text', text: { body: 'hola' } };
const meta = (field: string, value: object) =>
  only(splitMetaWebhook(parseJsonSource(metaChange(field, value)), NOW));
const live = (message: object) => meta('messages', { messages: [{ ...text, ...message }] });
const echo = (message: object) =>
  meta('smb_message_echoes', { message_echoes: [{ ...text, ...message }] });
const history = (thread: object, message: object) =>
  meta('history', {
    history: [{ threads: [{ ...thread, messages: [{ ...text, ...message }] }] }],
  });
const wasender = (key: object, content: object, event = 'messages.received') =>
  only(
    splitWasenderWebhook(
      parseJsonSource(
        wasenderWebhook(event, { key: { id: 'C1', fromMe: false, ...key }, ...content }),
      ),
      'shop',
      NOW,
    ),
  );
const said = { message: { conversation: 'hola' }, messageTimestamp: 1795900040 };
const byPhone = { remoteJid: `${PHONE}@s.whatsapp.net` };
const byLid = { remoteJid: LID, senderPn: byPhone.remoteJid };
const ours = { fromMe: true };

/** Two forms of one message. */
const PAIRS: readonly (readonly [string, QueuedEvent, QueuedEvent])[] = [
  [
    'without its BSUID, then with it',
    live({ from: PHONE, id: BY_PHONE }),
    live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
  ],
  [
    'without its phone, then with it',
    live({ from_user_id: USER_ID, id: BY_PHONE }),
    live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
  ],
  [
    'by either name alone, under one wamid',
    live({ from: PHONE, id: BY_PHONE }),
    live({ from_user_id: USER_ID, id: BY_PHONE }),
  ],
  [
    'with a wamid that cannot be read',
    live({ from: PHONE, id: 'wamid.C01==' }),
    live({ from: PHONE, from_user_id: USER_ID, id: 'wamid.C01==' }),
  ],
  [
    'by either wamid',
    live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
    live({ from: PHONE, from_user_id: USER_ID, id: BY_USER }),
  ],
  [
    'by either wamid, once from the phone alone',
    live({ from: PHONE, id: BY_PHONE }),
    live({ from: PHONE, from_user_id: USER_ID, id: BY_USER }),
  ],
  [
    'by either wamid, once from the BSUID alone',
    live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
    live({ from_user_id: USER_ID, id: BY_USER }),
  ],
  [
    'by either wamid, from the BSUID alone',
    live({ from_user_id: USER_ID, id: BY_PHONE }),
    live({ from_user_id: USER_ID, id: BY_USER }),
  ],
  [
    'from the BSUID alone, beside a contact of both names',
    meta('messages', {
      contacts: [{ wa_id: PHONE, user_id: USER_ID }],
      messages: [{ ...text, from_user_id: USER_ID, id: BY_PHONE }],
    }),
    live({ from: PHONE, id: BY_PHONE }),
  ],
  [
    'by either wamid in a group chat',
    live({ from: PHONE, group_id: 'g1', id: BY_PHONE }),
    live({ from_user_id: USER_ID, group_id: 'g1', id: BY_USER }),
  ],
  [
    'by the wamid for the BSUID, from either name alone',
    live({ from_user_id: USER_ID, id: BY_USER }),
    live({ from: PHONE, id: BY_USER }),
  ],
  [
    'by the wamid for the BSUID, once from the phone alone',
    live({ from: PHONE, id: BY_USER }),
    live({ from: PHONE, from_user_id: USER_ID, id: BY_USER }),
  ],
  [
    'from either name alone, under the wamid for the other',
    live({ from: PHONE, id: BY_USER }),
    live({ from_user_id: USER_ID, id: BY_PHONE }),
  ],
  [
    'by a number that is taken for two kinds of user',
    live({ from: PHONE, id: BY_PHONE }),
    live({ from: PHONE, id: BY_ODD_PHONE }),
  ],
  [
    'by a number that is taken for two kinds of user, once with the BSUID',
    live({ from: PHONE, from_user_id: USER_ID, id: BY_ODD_PHONE }),
    live({ from: PHONE, id: BY_PHONE }),
  ],
  [
    'by a wamid for the other form of the number',
    live({ from: PHONE, id: BY_PHONE }),
    live({ from: PHONE, id: metaWamid('525550001111', TOKEN) }),
  ],
  [
    'by a wamid for the number of the business',
    live({ from: PHONE, id: BY_PHONE }),
    live({ from: PHONE, id: metaWamid('15550783881', TOKEN) }),
  ],
  [
    'with the group chat and without it, from the phone',
    live({ from: PHONE, group_id: 'g1', id: BY_PHONE }),
    live({ from: PHONE, id: BY_PHONE }),
  ],
  [
    'with the group chat and without it, from the BSUID',
    live({ from_user_id: USER_ID, group_id: 'g1', id: BY_USER }),
    live({ from_user_id: USER_ID, id: BY_USER }),
  ],
  [
    'with the group chat and without it, from both names',
    live({ from: PHONE, from_user_id: USER_ID, group_id: 'g1', id: BY_USER }),
    live({ from: PHONE, id: BY_PHONE }),
  ],
  [
    'with the group chat and without it, under a wamid that cannot be read',
    live({ from: PHONE, group_id: 'g1', id: 'wamid.C01==' }),
    live({ from: PHONE, id: 'wamid.C01==' }),
  ],
  [
    'as echoes under two names',
    echo({ to: PHONE, id: metaWamid(PHONE, TOKEN, { isOurs: true }) }),
    echo({ to_user_id: USER_ID, id: metaWamid(USER_ID, TOKEN, { isOurs: true }) }),
  ],
  [
    'of WasenderApi, by phone and by LID',
    wasender(byPhone, said),
    wasender(byLid, said, 'messages.upsert'),
  ],
  [
    'of ours at WasenderApi, by phone and by LID',
    wasender({ ...byPhone, ...ours }, said, 'message.sent'),
    wasender({ ...byLid, ...ours }, said, 'messages.upsert'),
  ],
  [
    'as a reaction and as a message',
    wasender(byPhone, {
      message: { reactionMessage: { key: { id: 'OUT', ...ours }, text: '👍' } },
    }),
    wasender(
      { ...byPhone, ...ours, id: 'OUT' },
      { reaction: { text: '👍', key: { ...byPhone, id: 'C1', fromMe: false } } },
      'messages.reaction',
    ),
  ],
  [
    'that deletes another, under two names and by two events',
    wasender({ ...byPhone, id: 'OWN' }, { message: { protocolMessage: { key: { id: 'C1' } } } }),
    wasender(byLid, {}, 'messages.delete'),
  ],
  [
    'that is edited, under two names and by two events',
    wasender(
      { ...byPhone, id: 'OWN' },
      {
        message: {
          protocolMessage: { key: { id: 'C1' }, type: 14, editedMessage: said.message },
        },
        messageTimestamp: said.messageTimestamp,
      },
    ),
    wasender(
      byLid,
      { update: { ...said, message: { editedMessage: { message: said.message } } } },
      'messages.update',
    ),
  ],
  [
    'that is reacted to without a key for that, under two names',
    wasender(byPhone, { reaction: { text: '👍' } }, 'messages.reaction'),
    wasender(byLid, { reaction: { text: '👍' } }, 'messages.reaction'),
  ],
  [
    'whose chat gets a setting, under two names',
    wasender(byPhone, { message: { protocolMessage: { type: 3 } } }),
    wasender(byLid, { message: { protocolMessage: { type: 3 } } }),
  ],
  [
    'to a list of the contact, and to the contact',
    wasender({ remoteJid: '17@broadcast', participant: byPhone.remoteJid }, said),
    wasender(byLid, said),
  ],
  [
    'as placeholders under two names',
    wasender(byPhone, { messageStubType: 2 }),
    wasender(byLid, { messageStubType: 2 }),
  ],
  [
    'as placeholders under two wamids',
    live({ from: PHONE, id: BY_PHONE, type: 'unsupported' }),
    live({ from: PHONE, from_user_id: USER_ID, id: BY_USER, type: 'unsupported' }),
  ],
  [
    'of the history, in another state',
    history({ id: PHONE }, { from: PHONE, id: BY_PHONE, history_context: { status: 'READ' } }),
    history({ id: PHONE }, { from: PHONE, id: BY_PHONE, history_context: { status: 'SENT' } }),
  ],
  [
    'of the history under two names',
    history({ id: PHONE }, { from: PHONE, id: BY_PHONE }),
    history({ context: { user_id: USER_ID } }, { from: PHONE, id: BY_PHONE }),
  ],
];

describe('one message is one row', () => {
  test.each(PAIRS)('%s', async (_, one, other) => {
    for (const forms of [
      [one, other],
      [other, one],
    ]) {
      for (const isWarm of [true, false]) {
        await emulator.clear();
        const warm = coldTable();
        const outcomes: string[] = [];
        for (const form of [...forms, ...forms]) {
          outcomes.push(await (isWarm ? warm : coldTable())(form));
        }

        expect(outcomes).toEqual(['stored', 'duplicate', 'duplicate', 'duplicate']);
        expect(await storedMessages()).toHaveLength(1);
      }
    }
  });

  test.each(PAIRS)('%s, each of them again at once', async (_, one, other) => {
    for (const forms of [
      [one, one, other, other],
      [other, other, one, one],
    ]) {
      await emulator.clear();
      const warm = coldTable();
      for (const form of forms) await warm(form);
      expect(await storedMessages()).toHaveLength(1);
    }
  });

  test.each(PAIRS)('%s, when one comes between two calls of the other', async (_, one, other) => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      // Those of one group come one after the other.
      for (let calls = 0; calls < 6 && one.group !== other.group; calls += 1) {
        await emulator.clear();
        await coldTable(interruptedAt(calls, () => coldTable()(second)))(first);
        expect(await storedMessages()).toHaveLength(1);
      }
    }
  });

  test.each(PAIRS)('%s, when any call fails and is made again', async (_, one, other) => {
    const orders = [
      [one, other],
      [other, one],
    ];
    for (const forms of orders) {
      for (let failing = 0; failing < 12; failing += 1) {
        await emulator.clear();
        const isWarm = failing % 2 === 0;
        for (const form of forms) {
          const store = coldTable(failingAt(Math.floor(failing / 2)));
          const again = isWarm ? store : coldTable();
          await store(form).catch(() => again(form));
        }
        expect(await storedMessages()).toHaveLength(1);
      }
    }
  });

  test('whatever forms of it come, in whatever order', async () => {
    const forms = [
      live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
      live({ from: PHONE, id: BY_PHONE }),
      live({ from: PHONE, from_user_id: USER_ID, id: BY_USER }),
      live({ from_user_id: USER_ID, id: BY_PHONE }),
      live({ from: PHONE, id: BY_USER }),
      live({ from: PHONE, id: BY_ODD_PHONE }),
      live({ from: PHONE, group_id: 'g1', id: BY_PHONE }),
      live({ from_user_id: USER_ID, group_id: 'g1', id: BY_PHONE }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...forms.keys()], { minLength: 2 }),
        fc.boolean(),
        async (order, isWarm) => {
          await emulator.clear();
          const warm = coldTable();
          for (const index of order) {
            const form = forms[index];
            if (form !== undefined) await (isWarm ? warm : coldTable())(form);
          }
          expect(await storedMessages()).toHaveLength(1);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('what is refused, since another event has the message,', () => {
  const byUserAlone = live({ from_user_id: USER_ID, id: BY_USER });
  const byPhoneAlone = live({ from: PHONE, id: BY_PHONE });

  test.each([
    ['for the wamid', live({ from: PHONE, id: BY_USER })],
    ['for the link that it shows', live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE })],
  ])('%s, keeps others out that know the message by it alone', async (_, refused) => {
    for (const event of [byUserAlone, refused, byPhoneAlone]) await coldTable()(event);

    expect(await storedMessages()).toHaveLength(1);
  });

  test('does not keep out the one in whose favour it was refused', async () => {
    const cutOff = live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE });
    await coldTable(failingAt(2))(cutOff).catch(() => undefined);
    await coldTable()(live({ from: PHONE, id: BY_USER }));

    expect(await coldTable()(cutOff)).toBe('stored');
  });
});

describe('where a link becomes known between the tries of two forms of one message', () => {
  const inGroup = live({ from_user_id: USER_ID, group_id: 'g1', id: BY_USER });
  const alone = live({ from_user_id: USER_ID, id: BY_USER });
  const linking = live({ from: PHONE, from_user_id: USER_ID, id: metaWamid(PHONE, '3A02') });
  const rowOf = ({ group, id }: QueuedEvent) =>
    new RegExp(`^PutItem .*"${group}".*"${id}".*payload`);

  /** Tries as the queue does, until it says what became of it. */
  async function settle(event: QueuedEvent): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await coldTable()(event);
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  /** Claims what it has to, and gets no further. */
  async function interrupt(event: QueuedEvent): Promise<void> {
    const table = { table: emulator.dynamodb, only: rowOf(event) };
    const interrupted = coldTable(refusing('ThrottlingException', table));
    await interrupted(event).catch(() => undefined);
  }

  const ACTS = {
    'its form in the group is interrupted': () => interrupt(inGroup),
    'its other form is interrupted': () => interrupt(alone),
    'the link is shown': () => settle(linking),
    'its form in the group is tried': () => settle(inGroup),
    'its other form is tried': () => settle(alone),
    'both are tried at once': () => Promise.all([settle(inGroup), settle(alone)]),
  };
  type Act = keyof typeof ACTS;
  const acts = fc.array(fc.constantFrom<Act>(...(Object.keys(ACTS) as Act[])), { maxLength: 6 });

  const gaveWay: [Act[], boolean] = [
    ['its form in the group is interrupted', 'the link is shown'],
    false,
  ];
  const cameAgain: [Act[], boolean] = [
    [
      ...(['its form in the group is tried', 'the link is shown'] as const),
      ...(['its other form is interrupted', 'its form in the group is tried'] as const),
    ],
    false,
  ];

  test('one of them is stored, whatever was tried in between', async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.boolean(), async (done, isGroupFirst) => {
        await emulator.clear();
        for (const act of done) await ACTS[act]();
        for (const event of isGroupFirst ? [inGroup, alone] : [alone, inGroup]) await settle(event);
        const rows = (await storedMessages()).filter(({ wamid }) => wamid?.S === BY_USER);
        expect(rows).toHaveLength(1);
      }),
      { numRuns: 100, examples: [gaveWay, cameAgain] },
    );
  });
});

describe('where another form would have a key in a partition that is full', () => {
  const both = live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE });
  const isClaim = new RegExp(`^PutItem .*"pk":{"S":"${contactGroup(both.channel, PHONE)}"}`);
  const full = () => coldTable(refusing(FULL, { table: emulator.dynamodb, only: isClaim }));

  test('the message is stored, since that can not', async () => {
    expect(await full()(both)).toBe('stored');
    expect(await full()(both)).toBe('duplicate');
  });

  test('the message is not stored, if that was there before', async () => {
    await coldTable()(live({ from: PHONE, id: BY_PHONE }));

    expect(await full()(both)).toBe('duplicate');
  });
});

/** Before the n-th call somebody else does something. */
function interruptedAt(n: number, interrupt: () => Promise<unknown>): CallAws {
  let calls = 0;
  return async (operation, input, signal) => {
    if (calls === n) await interrupt();
    calls += 1;
    return emulator.dynamodb(operation, input, signal);
  };
}

/** As after a crash: the n-th call did what it does, and nobody heard. */
function failingAt(n: number): CallAws {
  let calls = 0;
  return async (operation, input, signal) => {
    const answer = await emulator.dynamodb(operation, input, signal);
    calls += 1;
    if (calls === n + 1) throw new AwsRequestError('dynamodb', 'lost');
    return answer;
  };
}

const GROUP = { remoteJid: '1@g.us', participant: LID };
const inChats = (content: object) =>
  [GROUP, { ...GROUP, remoteJid: '2@g.us' }, { remoteJid: '1@newsletter' }, byPhone].map((key) =>
    wasender(key, content),
  );

describe('messages with one id in several chats', () => {
  test.each([
    ['a text', said],
    ['a placeholder', { messageStubType: 2 }],
    ['a deletion', { message: null, messageStubType: 1 }],
    ['a note', { message: null, messageStubType: 21 }],
  ])('are all stored, each once: %s', async (_, content) => {
    const forms = inChats(content);
    for (const order of [forms, forms.toReversed()]) {
      await emulator.clear();
      for (const form of [...order, ...order]) await coldTable()(form);

      expect(await storedMessages()).toHaveLength(forms.length);
    }
  });

  test('keep each other’s placeholders from nothing', async () => {
    const [group, ...others] = inChats(said);
    for (const form of others) await coldTable()(form);

    expect(await coldTable()(wasender(GROUP, { messageStubType: 2 }))).toBe('stored');
    expect(await coldTable()(group ?? none())).toBe('stored');
    expect(await coldTable()(wasender(GROUP, { messageStubType: 3 }))).toBe('duplicate');
  });

  test('are no others where an earlier release stored them, which did not tell the chats apart', async () => {
    const [group = none()] = inChats(said);
    const earlier = { ...group, id: eventId('message', ['shop', 'false', 'C1']) };

    expect(await coldTable()(earlier)).toBe('stored');
    expect(await coldTable()(group)).toBe('duplicate');
    expect(await coldTable()(wasender(GROUP, { messageStubType: 2 }))).toBe('duplicate');
  });
});

function none(): never {
  throw new Error('there is none');
}

describe('what is no other form of a message', () => {
  test.each([
    ['another message', live({ from: PHONE, id: metaWamid(PHONE, 'OTHER') })],
    ['what changes it', wasender({ ...byPhone, id: BY_PHONE }, {}, 'messages.delete')],
    ['our message with the same token', echo({ to: PHONE, id: BY_PHONE })],
    [
      'the same token at another number',
      only(
        splitMetaWebhook(
          parseJsonSource(
            metaChanges({
              field: 'messages',
              value: {
                metadata: { phone_number_id: '2' },
                messages: [{ ...text, from: PHONE, id: BY_PHONE }],
              },
            }),
          ),
          NOW,
        ),
      ),
    ],
  ])('%s is stored', async (_, other) => {
    const store = coldTable();

    expect(await store(live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }))).toBe('stored');
    expect(await store(other)).toBe('stored');
  });

  test.each([
    ['of WasenderApi', wasender(byPhone, { messageStubType: 2 }), wasender(byLid, said)],
    [
      'of WasenderApi, whose content is an update',
      wasender(byPhone, { messageStubType: 'CIPHERTEXT' }),
      wasender(byLid, { update: { message: { conversation: 'hola' } } }, 'messages.update'),
    ],
    [
      'of Meta',
      live({ from: PHONE, id: BY_PHONE, type: 'unsupported', errors: [{ code: 131060 }] }),
      live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
    ],
  ])(
    'the content that follows a placeholder %s is stored; the placeholder not after it',
    async (_, placeholder, content) => {
      expect(await coldTable()(placeholder)).toBe('stored');
      expect(await coldTable()(content)).toBe('stored');

      await emulator.clear();
      expect(await coldTable()(content)).toBe('stored');
      expect(await coldTable()(placeholder)).toBe('duplicate');
    },
  );

  test.each([
    [
      'from the phone',
      history({ id: PHONE }, { from: PHONE, id: BY_PHONE }),
      live({ from: PHONE, id: BY_PHONE }),
    ],
    [
      'from both names',
      history({ id: PHONE }, { from: PHONE, id: BY_PHONE }),
      live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
    ],
    [
      'by the other wamid',
      history({ id: PHONE, context: { user_id: USER_ID } }, { from: PHONE, id: BY_USER }),
      live({ from: PHONE, from_user_id: USER_ID, id: BY_PHONE }),
    ],
    [
      'that we sent',
      history({ id: PHONE }, { to: PHONE, id: BY_PHONE }),
      echo({ to_user_id: USER_ID, id: BY_USER }),
    ],
  ])(
    'a message %s comes after its history, and its history not after it',
    async (_, old, message) => {
      expect(await coldTable()(old)).toBe('stored');
      expect(await coldTable()(message)).toBe('stored');

      await emulator.clear();
      expect(await coldTable()(message)).toBe('stored');
      expect(await coldTable()(old)).toBe('duplicate');
    },
  );
});
