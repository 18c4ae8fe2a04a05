import { expect, test } from 'vitest';
import {
  aMessage,
  aStatus,
  metaChanges,
  metaValue,
  metaWebhook,
  only,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const meta = (field: string, value: object) =>
  splitMeta(metaChanges({ field, value: metaValue(value) }));
const key = { id: '3EB0A', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
const member = {
  recipient_type: 'group',
  recipient_id: 'Y2FwaQ',
  recipient_participant_user_id: 'MX.1',
};
const thread = { id: '5215550001111', messages: [{ id: 'wamid.H', type: 'text' }] };

/** Rows are stored under these: whoever changes one must migrate the tables of all users. */
test.each([
  [
    'a message by BSUID',
    splitMeta(metaWebhook({ messages: [aMessage()] })),
    'contact.OAwgpb99dwagdWH96HfkKSC2BQLPO1AIsD692dQcnjk',
    'message.PX3-QM1RZA0l6PuBaIJwXjysxeQlGo1jN51edBdESAM',
  ],
  [
    'a message by phone',
    splitMeta(metaWebhook({ messages: [aMessage({ from_user_id: undefined })] })),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'message.PX3-QM1RZA0l6PuBaIJwXjysxeQlGo1jN51edBdESAM',
  ],
  [
    'a status',
    splitMeta(metaWebhook({ statuses: [aStatus()] })),
    'message.AqzXKY1w8JqCQUbsi1DpqN3xaZY04VkX7DlTUvo1TeE',
    'status.k9W9_e3a7UkpzU9qKFJF_tUP_DvkO4cJF9noufvq-fA',
  ],
  [
    "a group chat member's status",
    splitMeta(metaWebhook({ statuses: [aStatus(member)] })),
    'message.AqzXKY1w8JqCQUbsi1DpqN3xaZY04VkX7DlTUvo1TeE',
    'status.mxpZ5ykZOTYq_n63Dn5uHaeCDBcx5bepBLUf8auSgrE',
  ],
  [
    'an echo',
    meta('smb_message_echoes', {
      message_echoes: [{ id: 'wamid.E', to: '5215550001111', type: 'text' }],
    }),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'echo.YUC3BmLMtMB0p2qcOt0le3BFFMUJHwd4k5smgLx3QC8',
  ],
  [
    'a call',
    meta('calls', { calls: [{ id: 'wacid.A', event: 'connect', from: '5215550001111' }] }),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'call.yByjyLUwTmLaM1kcbBhRIyxmjYyW79WoVfNOfV10SqM',
  ],
  [
    'a message of the history',
    meta('history', { history: [{ threads: [thread] }] }),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'history.7f9TBxcKyK1Dtif_myWurSBrfOVMaChfDNSznI3EzVU',
  ],
  [
    'an account event',
    splitMeta(metaChanges({ field: 'flows', value: { event: 'X' } })),
    'account.KQ9d_dqbzf2ByKNwQY8SxkBw8IVopLPj8Ls4MhS1ezY',
    'account.SQhCQmIwR2ozELSSgzO0MF7o4EWMZIyqFU193GT1FBY',
  ],
  [
    'a message of WasenderApi',
    splitWasender(
      wasenderWebhook('messages.received', {
        messages: { key, message: { conversation: 'hola' } },
      }),
    ),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'message.FtmqukZgOyTHG-WALVxLtlLNfDMWhsalzWTVFXHQWZ4',
  ],
  [
    'a status of WasenderApi',
    splitWasender(wasenderWebhook('messages.update', { key, update: { status: 3 } })),
    'message.uIXZt7_xLbmLGVSGUWAT_2DIftKFFrJn6RMYYuN1sRQ',
    'status.TAHwVX-gJo__kCDbwl3Svr0ydvKklYCAWS43OIA1ljg',
  ],
  [
    'an account event of WasenderApi',
    splitWasender(wasenderWebhook('session.status', { status: 'connected' })),
    'account.CiEitOB61IMQrkwTpBnCnKMLqqdiCfD2TVEysomfUFU',
    'account.CTx_c47WTT5XUrmUAvaFa0gar94ex5QCHkgqhROCIG0',
  ],
])('the group and the id of %s are frozen', (_, events, group, id) => {
  expect(only(events)).toMatchObject({ group, id });
});
