// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code is quoted here.

import type { Mutation } from './mutation.ts';

export const TABLE: readonly Mutation[] = [
  {
    name: 'drops the condition from the put',
    file: 'lambda/table/writes.ts',
    find: '...ifFreeFor({ pk: event.group, sk: event.id }),',
    replace: '',
  },
  {
    name: 'puts the row before the link',
    file: 'lambda/table/event-table.ts',
    find: 'await Promise.all(newLinks.map((link) => storeLink(event, link, signal)));',
    replace:
      "if (event.kind !== 'status') await storeRow(event, sequenceNumber, newLinks.length > 0, signal); await Promise.all(newLinks.map((link) => storeLink(event, link, signal)));",
  },
  {
    name: 'remembers a link before it is written',
    file: 'lambda/table/event-table.ts',
    find: 'const newLinks = links.newIn(event);',
    replace: 'const newLinks = links.newIn(event); links.remember(event, newLinks);',
  },
  {
    name: 'remembers a link before the row that shows it is there',
    file: 'lambda/table/event-table.ts',
    find: 'await Promise.all(newLinks.map((link) => storeLink(event, link, signal)));',
    replace:
      'await Promise.all(newLinks.map((link) => storeLink(event, link, signal))); links.remember(event, newLinks);',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'forgets to claim a message',
    file: 'lambda/table/event-table.ts',
    find: 'const held = await claims.claim(event, options, signal);',
    replace: 'const held: [] | undefined = await Promise.resolve([]);',
  },
  {
    name: 'leaves behind what it claimed for a message that another has',
    file: 'lambda/table/claims-table.ts',
    find: 'await yieldTo(owner, places, claim);\n    return true;',
    replace: 'return true;',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'drops what holds a claim that another form of the message needs',
    file: 'lambda/table/event-table.ts',
    find: 'await claims.giveWay(event, held, options, signal);',
    replace: '',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'gives a message that it has stored to another form of it',
    file: 'lambda/table/claims-table.ts',
    find: 'if (await isBefore(claim.event, owner, claim.signal)) return false;',
    replace: '',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'takes a claim for the row that is put over it',
    file: 'lambda/changes/table-stream.ts',
    find: 'isClaim(before) ? undefined : before',
    replace: 'isClaim(before) ? before : before',
    test: 'test/changes/routed-events.test.ts',
  },
  {
    name: "takes for another's what it claimed itself, when it looks again",
    file: 'lambda/table/claims-table.ts',
    find: 'return rows.map(ownerOf).find((owner) => !isSame(owner, ownKeyOf(event)));',
    replace: 'return rows.map(ownerOf).find(() => event.id !== event.group);',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'does not look where a new link leads',
    file: 'lambda/table/claims-table.ts',
    find: 'const earlier = showsNewLink ? await',
    replace: 'const earlier = showsNewLink === undefined ? await',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'does not look for the phone that links join with a BSUID',
    file: 'lambda/table/claims-table.ts',
    find: 'const phones = lacksPhone(event) ? await phonesOf(event, signal) : [];',
    replace: 'const phones = lacksPhone(event) ? [] : await Promise.resolve([]);',
    test: 'test/table/one-message.test.ts',
  },
  {
    name: 'takes for its own what another claims',
    file: 'lambda/table/claims-table.ts',
    find: "return await holds(dynamodb('PutItem', write, signal));",
    replace: "await holds(dynamodb('PutItem', write, signal));\n      return true;",
  },
  {
    name: 'takes its own claim for that of another when it tries again',
    file: 'lambda/table/writes.ts',
    find: ' OR (${IS_HELD})`',
    replace: '`',
  },
  {
    name: 'swallows an error of the table as if the write had held',
    file: 'lambda/shared/aws/condition.ts',
    find: 'if (isUnmet(error)) return false;\n    throw error;',
    replace: 'return !isUnmet(error);',
  },
  {
    name: 'keeps the row for so long after it happened, not after it was stored',
    file: 'lambda/table/event-table.ts',
    find: 'const put = eventPut(event, sequenceNumber, options.expiresAt);',
    replace:
      'const put = eventPut(event, sequenceNumber, options.expiresAt + Math.floor((event.occurredAt - now()) / 1000));',
  },
  {
    name: 'does not renew the life of a message with each status',
    file: 'lambda/table/placed-update.ts',
    find: 'return setAlways(A.expiresAt, numberValue(expiresAt));',
    replace: 'return setOnce(A.expiresAt, numberValue(expiresAt));',
  },
  {
    name: 'lets a status overwrite the time of an earlier one',
    file: 'lambda/table/status-updates.ts',
    find: 'setOnce(`${STATUS_PREFIXES.time}${name}`, timeValue(at)),',
    replace: 'setAlways(`${STATUS_PREFIXES.time}${name}`, timeValue(at)),',
    test: 'test/table/event-table.test.ts',
  },
  {
    name: 'leaves a message where its first status came, not where its earliest was',
    file: 'lambda/table/placed-update.ts',
    find: ' AND (attribute_not_exists(#0) OR #0 <= :0)`',
    replace: '`',
  },
  {
    name: 'takes a refused update for done',
    file: 'lambda/table/event-table.ts',
    find: `// Moved by somebody else in between, or by a try whose answer was lost.
      (await holds(send(update, signal)))`,
    replace: 'false',
    test: 'test/table/event-table.test.ts',
  },
  {
    name: 'lets a phone number replace a lasting name',
    file: 'lambda/table/status-updates.ts',
    find: '[setOnce(A.timelinePk, place(phone))]',
    replace: '[setAlways(A.timelinePk, place(phone))]',
  },
  {
    name: 'lets a mark reach the message of another channel',
    file: 'lambda/table/status-updates.ts',
    find: 'recordKeyOf({ channel, id: mark.id })',
    replace: "recordKeyOf({ channel: channel === '' ? channel : '123', id: mark.id })",
    world: 'sending',
  },
  {
    name: 'keeps rows longer than their payloads, where a channel says so',
    file: 'lambda/table/retention.ts',
    find: 'Math.min(own, longest)',
    replace: 'own',
    test: 'test/table/event-table.test.ts',
  },
];
