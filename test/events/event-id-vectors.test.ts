import { expect, test } from 'vitest';
import {
  aMessage,
  aStatus,
  metaChange,
  metaChanges,
  metaWebhook,
  only,
  splitMeta,
  splitWasender,
  wasenderWebhook,
} from '../support/webhooks.ts';

const meta = (field: string, value: object) => splitMeta(metaChange(field, value));
const key = { id: '3EB0A', fromMe: false, remoteJid: '5215550001111@s.whatsapp.net' };
const ownKey = { ...key, fromMe: true };
const member = {
  recipient_type: 'group',
  recipient_id: 'Y2FwaQ',
  recipient_participant_user_id: 'MX.1',
};
const thread = { id: '5215550001111', messages: [{ id: 'wamid.H', type: 'text' }] };

/**
 * Rows are stored under these: whoever changes one must migrate the tables of all users, or read both.
 *
 * So do readers of Meta's statuses, whose group was once that of a wamid instead of a token.
 */
test.each([
  [
    'a message by BSUID',
    () => splitMeta(metaWebhook({ messages: [aMessage()] })),
    'contact.OAwgpb99dwagdWH96HfkKSC2BQLPO1AIsD692dQcnjk',
    'message.PX3-QM1RZA0l6PuBaIJwXjysxeQlGo1jN51edBdESAM',
  ],
  [
    'a message by phone',
    () => splitMeta(metaWebhook({ messages: [aMessage({ from_user_id: undefined })] })),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'message.PX3-QM1RZA0l6PuBaIJwXjysxeQlGo1jN51edBdESAM',
  ],
  [
    'a status',
    () => splitMeta(metaWebhook({ statuses: [aStatus()] })),
    'message.d-wm6-fKSumMus3IC8NAwtqiyYEaL61qoB-SlLOavWk',
    'status.k9W9_e3a7UkpzU9qKFJF_tUP_DvkO4cJF9noufvq-fA',
  ],
  [
    "a group chat member's status",
    () => splitMeta(metaWebhook({ statuses: [aStatus(member)] })),
    'message.d-wm6-fKSumMus3IC8NAwtqiyYEaL61qoB-SlLOavWk',
    'status.mxpZ5ykZOTYq_n63Dn5uHaeCDBcx5bepBLUf8auSgrE',
  ],
  [
    'an echo',
    () =>
      meta('smb_message_echoes', {
        message_echoes: [{ id: 'wamid.E', to: '5215550001111', type: 'text' }],
      }),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'echo.YUC3BmLMtMB0p2qcOt0le3BFFMUJHwd4k5smgLx3QC8',
  ],
  [
    'a call',
    () => meta('calls', { calls: [{ id: 'wacid.A', event: 'connect', from: '5215550001111' }] }),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'call.yByjyLUwTmLaM1kcbBhRIyxmjYyW79WoVfNOfV10SqM',
  ],
  [
    'a message of the history',
    () => meta('history', { history: [{ threads: [thread] }] }),
    'contact.sspQEQfXOBbp_ehDLIZMrZCWRHp13wKH_6pDhWAzNZs',
    'history.7f9TBxcKyK1Dtif_myWurSBrfOVMaChfDNSznI3EzVU',
  ],
  [
    'an account event',
    () => splitMeta(metaChanges({ field: 'flows', value: { event: 'X' } })),
    'account.KQ9d_dqbzf2ByKNwQY8SxkBw8IVopLPj8Ls4MhS1ezY',
    'account.SQhCQmIwR2ozELSSgzO0MF7o4EWMZIyqFU193GT1FBY',
  ],
  [
    'a message of WasenderApi',
    () =>
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
    () => splitWasender(wasenderWebhook('messages.update', { key: ownKey, update: { status: 3 } })),
    'message.uIXZt7_xLbmLGVSGUWAT_2DIftKFFrJn6RMYYuN1sRQ',
    'status.TAHwVX-gJo__kCDbwl3Svr0ydvKklYCAWS43OIA1ljg',
  ],
  [
    'an account event of WasenderApi',
    () => splitWasender(wasenderWebhook('session.status', { status: 'connected' })),
    'account.CiEitOB61IMQrkwTpBnCnKMLqqdiCfD2TVEysomfUFU',
    'account.CTx_c47WTT5XUrmUAvaFa0gar94ex5QCHkgqhROCIG0',
  ],
  [
    'a status of a call',
    () => meta('calls', { statuses: [aStatus({ type: 'call', status: 'RINGING' })] }),
    'contact.OAwgpb99dwagdWH96HfkKSC2BQLPO1AIsD692dQcnjk',
    'call.8Dy2Zg6BNKCFBV5YpotZr70sx20xrBdMTrE9su86YNI',
  ],
  [
    'a message without an id',
    () => meta('messages', { messages: [{ from: '521', type: 'text' }] }),
    'contact.nia_iYjKlWnYPHy_RxrLk7IDy-wNVSb6ejO9bwH17PE',
    'message.9scRBqz3X2ZM-Am52Xl-geqLGTUrvridtAp7i19AUKE',
  ],
  [
    "a contact's preference",
    () => meta('user_preferences', { user_preferences: [{ wa_id: '521', value: 'stop' }] }),
    'contact.nia_iYjKlWnYPHy_RxrLk7IDy-wNVSb6ejO9bwH17PE',
    'account.pfNOcldE7fa0aH2FxhHV6MTswkN267gchSHp7VNBuvg',
  ],
  [
    'an account event with a time',
    () =>
      splitMeta(
        JSON.stringify({
          object: 'whatsapp_business_account',
          entry: [{ id: '1', time: 1_795_212_000, changes: [{ field: 'flows', value: {} }] }],
        }),
      ),
    'account.DgT8lnTlq5o2lSbL7lkFiyQGJdxLHtNngcO3n6_hoKo',
    'account.0Rk1ehzxCtJIZCv3H3fDmip4uM-RcwCPC0NEwj2Voi4',
  ],
  [
    'what stands beside the entries',
    () => splitMeta('{"object":"whatsapp_business_account","entry":[],"new":1}'),
    'account.TMlGhD53v96cw3dD8O3glGA87Xpx6OGndz8i46Svftw',
    'account.jRMtqX2sG23xb_5Y5OGPOs1gMDAdJRQChIR70Xzm_cM',
  ],
  [
    'a webhook kept whole',
    () => splitMeta(metaWebhook({ messages: Array(5_001).fill({ id: 'wamid.1' }) })),
    'account._yMnBgLZ_6nKdqRd07pbHPtWzZaORG9Iwnkk_zlwa-I',
    'account.NN28fI_8kecj_Me83oXPV8Z4dH2AUUtZYlb3fg-LQ0c',
  ],
  [
    'an echo of WasenderApi',
    () =>
      splitWasender(
        wasenderWebhook('message.sent', {
          ...{ key: { ...key, fromMe: true }, success: true },
          message: { conversation: 'hola' },
        }),
      ),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'echo.NSd9oVja3hxDthOFtaMImKXLhMl2KMyiQ0grax4d9lg',
  ],
  [
    'a message of WasenderApi that was not sent',
    () => splitWasender(wasenderWebhook('message.sent', { key, success: false })),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'echo.i-Kow2VgHwIRP7iSpaGl_B4wPjb6-y3CZaBdDInOLP4',
  ],
  [
    'a message of WasenderApi without an id',
    () => splitWasender(wasenderWebhook('messages.upsert', { message: { conversation: 'hola' } })),
    'account.9HEjCUWDkRav3Imn8p49Rg6p6Y9ywLTInuS6nsErEIM',
    'message.R2SU8KncYIEgA5NHEs-1q4VTsfxCs6NeBlF1F2kvCUc',
  ],
  [
    'a reaction of WasenderApi',
    () => splitWasender(wasenderWebhook('messages.reaction', { key, reaction: { text: '👍' } })),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'message.yef4ndQUw5eM704oQVXcqsklSUNxXMKe8qxaZAkm9CM',
  ],
  [
    'a message of WasenderApi in a group',
    () =>
      splitWasender(
        wasenderWebhook('messages.upsert', {
          ...{ key: { ...key, remoteJid: '120363000000000001@g.us' } },
          message: { conversation: 'hola' },
        }),
      ),
    'contact.FKnnc7hm0AcCBDEiAlJxTzvADr7ZcF6ztvn9E9GsKhs',
    'message.xfTbTMrVlATXlgrD-7xz1yj-Wk5IeOEeK-M__aJkbJ4',
  ],
  [
    'a post of a channel',
    () =>
      splitWasender(
        wasenderWebhook('messages.upsert', {
          ...{ key: { ...key, remoteJid: '120363000000000001@newsletter' } },
          message: { conversation: 'hola' },
        }),
      ),
    'contact.APbPz5yJwWo72dKudl7igVxu3Dy43POrFRA5u5rfjUQ',
    'message.rDxGscE8lWRTCAxn6u6uMza9GzxNYR9OG96gjfOZkVo',
  ],
  [
    'a deletion of WasenderApi',
    () => splitWasender(wasenderWebhook('messages.delete', { keys: [key] })),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'message.LoOCP7RbFeVtPZ61s516TE82KganPVgz7akJMnpyDHg',
  ],
  [
    'an edit of WasenderApi',
    () =>
      splitWasender(
        wasenderWebhook('messages.update', {
          key,
          update: {
            message: { editedMessage: { message: { conversation: 'hola' } } },
            messageTimestamp: 1_795_212_001,
          },
        }),
      ),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'message._ExwYUyvSOtMv78fweQREXqPBHpX9_t9_xuGN2eOYt8',
  ],
  [
    'a setting of WasenderApi',
    () =>
      splitWasender(
        wasenderWebhook('messages.upsert', { key, message: { protocolMessage: { type: 3 } } }),
      ),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'account.AIvHLhi3FNhkyt7AbW2yKlzTzPjnq10_Tg9KzulIbdg',
  ],
  [
    'what the business did with a message of WasenderApi',
    () => splitWasender(wasenderWebhook('messages.update', { key, update: { status: 4 } })),
    'contact.xaFf4zprQFxULkFgcP7DRdnbTpTDeIcoEwXIubPdRNM',
    'account.SWhdq-vPaGiDGbLbmvKJxb_q3PYHdo34ZSEwQho9NEg',
  ],
  [
    'a call of WasenderApi',
    () =>
      splitWasender(
        wasenderWebhook('call', { call: { id: 'c1', from: '20001@lid', status: 'offer' } }),
      ),
    'contact.u3B0k9ml8dahzd6xx6V0BjWs38fpaxblYZSqwbgj_qQ',
    'call.it7ubWoQ8sRKy0rCv7vtIUYbatpB8znp8X2dqx39pKU',
  ],
  [
    'a call of WasenderApi that tells nothing',
    () => splitWasender(wasenderWebhook('call', { call: {} })),
    'account.YXkzFxAh642qgwCTOeia8ba6gUGAfRsCbsd9hpIa7WQ',
    'call.oXcdhdREBLE8mbmH5-oybnK9y6mO7RFbr3V_sbHTi7c',
  ],
  [
    "a group chat member's receipt of WasenderApi",
    () =>
      splitWasender(
        wasenderWebhook('message-receipt.update', {
          key: ownKey,
          receipt: { userJid: '20001@lid', readTimestamp: 1 },
        }),
      ),
    'message.uIXZt7_xLbmLGVSGUWAT_2DIftKFFrJn6RMYYuN1sRQ',
    'status.PYZPklmG-qO2TNUkkU03cVMWKSsfGTv2g0G30SWjhVk',
  ],
  [
    'an account event of WasenderApi without a time',
    () => splitWasender('{"event":"session.status","data":{"status":"connected"}}'),
    'account.CiEitOB61IMQrkwTpBnCnKMLqqdiCfD2TVEysomfUFU',
    'account.FnDuL-NRiqD_a9t5PVaboYj5Xac34SqoinutTJbStBo',
  ],
  [
    'a webhook of WasenderApi kept whole',
    () => splitWasender(wasenderWebhook('chats.upsert', Array(5_001).fill({}))),
    'account.L1xvkEIjlyXg8xxvsbb1omcKv10R8eGyMgwovcFZ5RU',
    'account.9FBgl-Tfr-HOWnxdStFo_TXK78jK2mlnf0l56icSCb8',
  ],
])('the group and the id of %s are frozen', (_, split, group, id) => {
  expect(only(split())).toMatchObject({ group, id });
});
