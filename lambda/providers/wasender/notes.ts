/** Members that tell what happened to a chat rather than what was said in it. */
const NOTES = new Set([
  'bcallMessage',
  'call',
  'callLogMesssage',
  'callLogMessage',
  'chat',
  'keepInChatMessage',
  'messageHistoryBundle',
  'messageHistoryNotice',
  'pinInChatMessage',
  'protocolMessage',
  'requestPhoneNumberMessage',
  'scheduledCallCreationMessage',
  'scheduledCallEditMessage',
  'stickerSyncRmrMessage',
]);

/** Whether a member tells what happened to a chat; of a `protocolMessage` that deletes or edits none, too. */
export function isNote(member: string): boolean {
  return NOTES.has(member);
}

/** What a message without content stands for, as far as it has a use here. */
const STUBS: Readonly<Record<string, string>> = {
  0: 'UNKNOWN',
  1: 'REVOKE',
  2: 'CIPHERTEXT',
  3: 'FUTUREPROOF',
  20: 'GROUP_CREATE',
  21: 'GROUP_CHANGE_SUBJECT',
  22: 'GROUP_CHANGE_ICON',
  23: 'GROUP_CHANGE_INVITE_LINK',
  24: 'GROUP_CHANGE_DESCRIPTION',
  25: 'GROUP_CHANGE_RESTRICT',
  26: 'GROUP_CHANGE_ANNOUNCE',
  27: 'GROUP_PARTICIPANT_ADD',
  28: 'GROUP_PARTICIPANT_REMOVE',
  29: 'GROUP_PARTICIPANT_PROMOTE',
  30: 'GROUP_PARTICIPANT_DEMOTE',
  31: 'GROUP_PARTICIPANT_INVITE',
  32: 'GROUP_PARTICIPANT_LEAVE',
  33: 'GROUP_PARTICIPANT_CHANGE_NUMBER',
  40: 'CALL_MISSED_VOICE',
  41: 'CALL_MISSED_VIDEO',
  42: 'INDIVIDUAL_CHANGE_NUMBER',
  43: 'GROUP_DELETE',
  72: 'CHANGE_EPHEMERAL_SETTING',
};

/** Stubs of messages, whose content may come later or is gone. */
const MESSAGE_STUBS = new Set(['UNKNOWN', 'REVOKE', 'CIPHERTEXT', 'FUTUREPROOF']);

/** The word for what a message without content stands for; in JSON the word or its number. */
export function stubWord(stub: string): string {
  if (Object.hasOwn(STUBS, stub)) return String(STUBS[stub]);
  return /^\d+$/.test(stub) ? `stub-${stub}` : stub;
}

/** Whether a message without content stands for what happened to the chat. */
export function isNoteStub(stub: string): boolean {
  return !MESSAGE_STUBS.has(stubWord(stub));
}
