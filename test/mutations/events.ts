// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code is quoted here.

import type { Mutation } from './mutation.ts';

export const EVENTS: readonly Mutation[] = [
  {
    name: 'takes what the business did with a message for what became of one of its own',
    file: 'lambda/providers/wasender/events.ts',
    find: "return isOurs(memberOf(leaf, 'key'))",
    replace: "return wamid !== ''",
  },
  {
    name: 'takes a message that nobody says to be the business’s own for one',
    file: 'lambda/providers/wasender/jid.ts',
    find: "return OURS.has(textOf(key, 'fromMe') ?? '');",
    replace: "return OURS.has(textOf(key, 'fromMe') ?? 'true');",
  },
  {
    name: 'takes the messages of two chats that have one id for one',
    file: 'lambda/events/chat.ts',
    find: '/@(?:g\\.us|newsletter)$/.test(chatId)',
    replace: 'chatId.length === 0',
  },
  {
    name: 'claims the content of a message without its chat',
    file: 'lambda/events/message-identity.ts',
    find: 'sk: `${CONTENT_CLAIM}${inChat(facts)}` };',
    replace: 'sk: CONTENT_CLAIM };',
  },
  {
    name: 'looks for no message of a group under the id of earlier releases',
    file: 'lambda/events/message-claims.ts',
    find: 'precedents: earlierForm(facts), places: [contentClaim(facts)]',
    replace: 'places: [contentClaim(facts)]',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'claims nothing for what changes a message',
    file: 'lambda/events/message-claims.ts',
    find: 'if (isChange(event)) return { ...NONE, places: changeClaims(event) };',
    replace: 'if (isChange(event)) return NONE;',
  },
  {
    name: 'tells a deletion by the event that it came in',
    file: 'lambda/providers/wasender/changes.ts',
    find: 'changeId(session, told, deleted, told.type)',
    replace: 'changeId(session, told, deleted, told.type, item.name)',
  },
  {
    name: 'tells an edit by the time of its webhook',
    file: 'lambda/providers/wasender/changes.ts',
    find: 'told.type, second, digest([words]))',
    replace: 'told.type, String(item.timestamp), digest([words]))',
  },
  {
    name: 'takes an edit for the one before it',
    file: 'lambda/providers/wasender/changes.ts',
    find: 'told.type, second, digest([words]))',
    replace: 'told.type)',
    test: 'test/providers/told-again.test.ts',
  },
  {
    name: 'tells a reaction without a key by the time of its webhook',
    file: 'lambda/providers/wasender/changes.ts',
    find: 'const reacted = [String(isOurs(key)),',
    replace: 'const reacted = [String(item.timestamp), String(isOurs(key)),',
  },
  {
    name: 'takes a setting of a chat for a message',
    file: 'lambda/providers/wasender/changes.ts',
    find: "itemType(item.leaf.value) === 'system' ? note(item, session) : undefined",
    replace: 'undefined',
    test: 'test/providers/wasender/webhook.test.ts',
  },
  {
    name: 'keeps what a contact sent to a list of theirs apart',
    file: 'lambda/providers/wasender/jid.ts',
    find: 'if (!isList(remote.chatId)) return remote;',
    replace: 'if (remote !== undefined) return remote;',
    test: 'test/providers/wasender/webhook.test.ts',
  },
  {
    name: 'takes a time in the future as it is told',
    file: 'lambda/shared/json/fields.ts',
    find: 'return Math.min(toldMs ?? receivedAt, receivedAt);',
    replace: 'return toldMs ?? receivedAt;',
    test: 'test/events/event-times.test.ts',
  },
  {
    name: 'forgets that two numbers may be one account',
    file: 'lambda/people/name-periods.ts',
    find: 'if (alternate === undefined) return [period];',
    replace: 'if (alternate !== null) return [period];',
    test: 'test/events/alternate-numbers.test.ts',
  },
  {
    name: 'links the business with the contact that it wrote to',
    file: 'lambda/providers/wasender/jid.ts',
    find: "personNames(key, 'recipient', 'remoteJid')",
    replace: "personNames(key, 'recipient', 'remoteJid', 'sender')",
    test: 'test/providers/wasender/webhook.test.ts',
  },
  {
    name: 'keeps an oversized payload in the row',
    file: 'lambda/events/oversized.ts',
    find: 'const MAX_PAYLOAD_BYTES = 350 * 1024;',
    replace: 'const MAX_PAYLOAD_BYTES = 900 * 1024;',
  },
  {
    name: 'takes the group from the contacts beside the message',
    file: 'lambda/providers/meta/messages.ts',
    find: 'const contact = nameOf(named) === undefined ? soleContact(scope) : named;',
    replace: 'const contact = { ...named, ...soleContact(scope) };',
  },
  {
    name: 'takes the id from the shape of the batch',
    file: 'lambda/providers/meta/messages.ts',
    find: '...(wamid !== undefined && { wamid, id: idOf(leaf, scope, facts, wamid, type) }),',
    replace:
      "...(wamid !== undefined && { wamid, id: [...idOf(leaf, scope, facts, wamid, type), scope.part.contact?.text ?? ''] }),",
    test: 'test/events/event-id-vectors.test.ts',
  },
  {
    name: 'takes the id from the name under which the webhook came',
    file: 'lambda/providers/wasender/messages.ts',
    find: 'id: id === undefined ? contentId(item, session) : idOf(session, told, id, type),',
    replace:
      'id: id === undefined ? contentId(item, session) : [...idOf(session, told, id, type), item.name],',
  },
  {
    name: 'groups messages by wamid',
    file: 'lambda/providers/meta/messages.ts',
    find: 'group: groupOf(scope, contact, wamid),',
    replace: 'group: groupOf(scope, {}, wamid),',
  },
  {
    name: 'keeps the statuses of each wamid for themselves',
    file: 'lambda/events/event.ts',
    find: 'return messageGroup(channel, tokenOf(wamid));',
    replace: 'return messageGroup(channel, wamid || tokenOf(wamid));',
  },
  {
    name: 'takes each receipt of an error for one of its own',
    file: 'lambda/providers/meta/errors.ts',
    find: 'return ids.length === 0 ? String(receivedAt) : digest(ids);',
    replace: 'return [receivedAt, digest(ids)].join();',
    test: 'test/providers/told-again.test.ts',
  },
  {
    name: 'leaves the channel out of a group',
    file: 'lambda/events/event.ts',
    find: 'return `contact.${digest([channel, name])}`;',
    replace: 'return `contact.${digest([name])}`;',
    test: 'test/events/event-id-vectors.test.ts',
  },
  {
    name: 'leaves the participant out of the id',
    file: 'lambda/providers/meta/reports.ts',
    find: 'id: [scope.channel, wamid, name, ...(participant === undefined ? [] : [participant])],',
    replace: 'id: [scope.channel, wamid, name],',
    test: 'test/events/event-id-vectors.test.ts',
  },
  {
    name: 'leaves the status out of the id',
    file: 'lambda/providers/meta/reports.ts',
    find: 'id: [scope.channel, wamid, name, ...(participant === undefined ? [] : [participant])],',
    replace: 'id: [scope.channel, wamid, ...(participant === undefined ? [] : [participant])],',
  },
  {
    name: 'claims nothing of what WasenderApi tells',
    file: 'lambda/events/message-claims.ts',
    find: "if (provider === 'wasender' || direction === 'outbound') {",
    replace: "if (provider === 'wasender') return NONE;\n  if (direction === 'outbound') {",
  },
  {
    name: 'claims nothing of what the business wrote',
    file: 'lambda/events/message-claims.ts',
    find: "if (provider === 'wasender' || direction === 'outbound') {",
    replace: "if (direction === 'outbound') return NONE;\n  if (provider === 'wasender') {",
  },
  {
    name: 'claims nothing where the BSUID alone is told and the wamid has the phone',
    file: 'lambda/events/message-claims.ts',
    find: 'user, ...(isUnseen ? ofUserId : [])];',
    replace: 'user];',
  },
  {
    name: 'claims nothing for the user whom the wamid names beside the contact',
    file: 'lambda/events/message-claims.ts',
    find: '...phones, user, ...',
    replace: '...phones, ...',
  },
  {
    name: 'claims a message of a group chat for that alone',
    file: 'lambda/events/message-claims.ts',
    find: 'if (user === undefined) return { ...NONE, places: [contentClaim(facts)] };',
    replace:
      'if (user === undefined || chatId !== undefined) return { ...NONE, places: [contentClaim(facts)] };',
  },
  {
    name: 'claims the phone last',
    file: 'lambda/events/message-claims.ts',
    find: 'return [...sorted.filter(isPhone), ...sorted.filter((name) => !isPhone(name))];',
    replace: 'return [...sorted.filter((name) => !isPhone(name)), ...sorted.filter(isPhone)];',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'takes each kind of user for another in the wamids that it claims',
    file: 'lambda/events/wamid.ts',
    find: 'return writeWamid({ user, between: betweenOf(kind, sideOf(read)), token: read.token });',
    replace:
      'return user === read.user ? wamid : writeWamid({ user, between: betweenOf(kind, sideOf(read)), token: read.token });',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'claims each wamid of a placeholder for itself',
    file: 'lambda/events/message-claims.ts',
    find: 'sk: laterClaim(facts) }',
    replace: "sk: laterClaim(facts) + (isPlaceholder(facts.type) ? facts.id : '') }",
  },
  {
    name: 'puts the group into what makes a message the same',
    file: 'lambda/events/message-claims.ts',
    find: 'precedents: earlierForm(facts), places: [contentClaim(facts)] };',
    replace: 'places: [contentClaim({ ...facts, channel: event.group })] };',
  },
  {
    name: 'leaves the direction out of what makes a message the same',
    file: 'lambda/events/message-identity.ts',
    find: 'return `${CLAIMS_PREFIX}${digest([channel, direction, tokenOf(wamid)])}`;',
    replace:
      'return `${CLAIMS_PREFIX}${digest([channel, String(direction).slice(0, 0), tokenOf(wamid)])}`;',
  },
  {
    name: 'leaves the channel out of what makes a message the same',
    file: 'lambda/events/message-identity.ts',
    find: 'return `${CLAIMS_PREFIX}${digest([channel, direction, tokenOf(wamid)])}`;',
    replace:
      'return `${CLAIMS_PREFIX}${digest([channel.slice(0, 0), direction, tokenOf(wamid)])}`;',
  },
  {
    name: 'takes the user whom a wamid names for a part of its token',
    file: 'lambda/events/wamid.ts',
    find: 'return readWamid(wamid)?.token ?? wamid;',
    replace: 'return wamid;',
  },
  {
    name: 'lets the history keep out what comes live',
    file: 'lambda/events/message-claims.ts',
    find: 'return laterForm(facts, phones);',
    replace:
      "return { ...laterForm(facts, phones), ...(kind === 'history' && { places: contentPlaces(facts) }) };",
  },
  {
    name: 'stores the history of what came live',
    file: 'lambda/events/message-claims.ts',
    find: 'return laterForm(facts, phones);',
    replace:
      "return { ...laterForm(facts, phones), ...(kind === 'history' && { precedents: [] }) };",
  },
  {
    name: 'lets a placeholder keep out the content',
    file: 'lambda/events/message-claims.ts',
    find: 'return laterForm(facts, phones);',
    replace:
      "return { ...laterForm(facts, phones), ...(kind !== 'history' && { places: contentPlaces(facts) }) };",
  },
  {
    name: 'takes a placeholder for the content',
    file: 'lambda/events/message-identity.ts',
    find: "...(isPlaceholder(type) ? ['placeholder'] : []),",
    replace: "...(type === '' ? ['placeholder'] : []),",
  },
  {
    name: 'stores a placeholder of what is there with its content',
    file: 'lambda/events/message-claims.ts',
    find: 'return laterForm(facts, phones);',
    replace:
      "return { ...laterForm(facts, phones), ...(kind !== 'history' && { precedents: [] }) };",
  },
  {
    name: 'reverses the rank of statuses',
    file: 'lambda/events/status.ts',
    find: "const ORDER = ['accepted', 'sent', 'failed', 'delivered', 'read', 'played'];",
    replace: "const ORDER = ['played', 'read', 'delivered', 'failed', 'sent', 'accepted'];",
    test: 'test/events/status.test.ts',
  },
  {
    name: 'dead-letters again under the deduplication id of the first time',
    file: 'lambda/events/sqs-dead-letter.ts',
    find: "digest(['dead-letter', message.messageId, message.sequenceNumber])",
    replace: "digest(['dead-letter', message.body])",
  },
  {
    name: 'ignores one of two secrets',
    file: 'lambda/providers/signature.ts',
    find: 'const secret = appSecrets.findIndex((appSecret) =>',
    replace: 'const secret = appSecrets.slice(0, 1).findIndex((appSecret) =>',
  },
  {
    name: "ignores one of WasenderApi's two secrets",
    file: 'lambda/providers/signature.ts',
    find: 'const secret = secrets.findIndex((candidate) => equalInConstantTime(header, candidate));',
    replace:
      'const secret = secrets.slice(-1).findIndex((candidate) => equalInConstantTime(header, candidate));',
  },
  {
    name: 'accepts a signature that fits no secret',
    file: 'lambda/providers/signature.ts',
    find: "equalInConstantTime(header ?? '', metaSignature(rawBody, appSecret)),",
    replace: "equalInConstantTime(header ?? '', header ?? ''),",
  },
  {
    name: 'tells what became of a file only where it is stored',
    file: 'lambda/events/media-state.ts',
    find: "return media.state !== 'skipped' || media.reason === 'too-big';",
    replace: "return media.state === 'stored';",
    world: 'after-table',
  },
];
