// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code is quoted here.

import type { Mutation } from './mutation.ts';

const LANES = 'test/sending/sender/triggered.test.ts';
const QUEUE = 'test/sending/pulling/trigger-queue.test.ts';
const ANSWERS = 'test/sending/campaigns/recipients.test.ts';

/** Of people who are put into campaigns one by one. */
export const TRIGGERED: readonly Mutation[] = [
  {
    name: 'answers another request of a key as if it were the same',
    file: 'lambda/sending/campaigns/recipients.ts',
    find: 'if (known.bodyHash !== bodyHash) {',
    replace: "if (known.bodyHash === '') {",
    test: ANSWERS,
  },
  {
    name: 'puts somebody into a campaign that does not run',
    file: 'lambda/sending/campaigns/judge-recipient.ts',
    find: "campaign.state !== 'running' || check === undefined",
    replace: 'check === undefined',
    test: ANSWERS,
  },
  {
    name: 'puts in who wants no marketing',
    file: 'lambda/sending/campaigns/judge-recipient.ts',
    find: 'if (at === undefined) return undefined;',
    replace: 'if (at !== undefined) return undefined;',
    test: ANSWERS,
  },
  {
    name: 'has nobody due whom a try before put in and no more',
    file: 'lambda/sending/campaigns/recipients.ts',
    find: 'if (who.ended === undefined) await letWait(',
    replace: 'if (who.step < 0) await letWait(',
    test: ANSWERS,
  },
  {
    name: 'gives two people one number',
    file: 'lambda/campaigns/triggered-table.ts',
    find: "'ADD #rows :one SET #expiresAt = :expiresAt'",
    replace: "'SET #rows = :one, #expiresAt = :expiresAt'",
    test: ANSWERS,
  },
  {
    name: 'brings somebody further who was taken out',
    file: 'lambda/campaigns/triggered-table.ts',
    find: 'before.ended === undefined ? `attribute_not_exists(${A.ended})`',
    replace: 'before.ended === undefined ? `#0 = :step`',
    test: LANES,
  },
  {
    name: 'says once more to somebody who was taken out what was refused',
    file: 'lambda/sending/sender/trigger-services.ts',
    find: "return found.ended === 'removed' ? undefined : found.line;",
    replace: 'return found.line;',
    test: LANES,
  },
  {
    name: 'sends before somebody is due',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: 'dueAt <= at && !given.has(name)',
    replace: '!given.has(name) || dueAt > at',
    test: LANES,
  },
  {
    name: 'gives somebody twice who was given while it looked',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: '...waiting.filter(({ name }) => !taken.has(name)),',
    replace: '...waiting,',
    test: QUEUE,
  },
  {
    name: 'gives somebody who was read long ago',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: 'if (now() >= this.#lookedAt + FRESH_MS) return undefined;',
    replace: '',
    test: QUEUE,
  },
  {
    name: 'loses somebody whose next time was not put',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: 'if (isKnown(who) && !isOver(who)) await this.#put({ name: row.name, dueAt: who.dueAt });',
    replace: '',
    test: LANES,
  },
  {
    name: 'removes the time of somebody who is another by then',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: 'if (!(await move(name, before, after))) return;',
    replace: 'await move(name, before, after);',
    test: QUEUE,
  },
  {
    name: 'leaves the claim behind of a lane that was killed at somebody who was taken out',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: '(!isOver(who) || isStillToSend(message))',
    replace: '!isOver(who)',
    test: QUEUE,
  },
  {
    name: 'brings somebody further before it is counted that they were sent to',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: '.then(() => this.#deps.write(cursor))',
    replace: '.then(() => undefined)',
    test: QUEUE,
  },
  {
    name: 'follows people of a cancelled campaign',
    file: 'lambda/sending/pulling/trigger-queue.ts',
    find: 'if (isLast || isOver(who)) await this.#deps.removeDue(due);\n    else ',
    replace: '',
    test: QUEUE,
  },
  {
    name: 'sends a step while the message before may still be tried',
    file: 'lambda/campaigns/triggered.ts',
    find: 'if (last !== undefined && isStillToSend(last)) return { later: now + LOOK_AGAIN_MS };',
    replace: '',
    test: LANES,
  },
  {
    name: 'counts the delay of a step from when its message before was to go out',
    file: 'lambda/campaigns/triggered.ts',
    find: 'if (sentAt !== undefined && sentAt + wanted.delayMs > now) {',
    replace: 'if (sentAt !== undefined && sentAt > now) {',
    test: LANES,
  },
  {
    name: 'takes a message whose answer was lost for one that went out when it was asked',
    file: 'lambda/campaigns/triggered.ts',
    find: 'return sentAt ?? first;',
    replace: 'return first === undefined ? sentAt : sentAt;',
    test: 'test/campaigns/triggered.test.ts',
  },
  {
    name: 'sends a step to who opted out since they were put in',
    file: 'lambda/sending/sender/trigger-services.ts',
    find: 'if (!isLeftOut(left, { category, checkedAt: who.createdAt })) return [];',
    replace: 'if (left !== undefined || category !== undefined) return [];',
    test: LANES,
  },
  {
    name: 'sends within the quiet hours of somebody who is due',
    file: 'lambda/sending/pulling/feed.ts',
    find: 'opensAt: (zone) => this.#opening(this.#zonesOf({ zone }), now()),',
    replace: 'opensAt: () => now(),',
    test: LANES,
  },
  {
    name: 'lets a lane have all of a budget of which another has not begun its part',
    file: 'lambda/sending/sender/campaign-services.ts',
    find: 'allCursors(campaign, all).filter(',
    replace: 'all.filter(',
    test: LANES,
  },
  {
    name: 'leaves a lane asleep where somebody came while it removed its mark',
    file: 'lambda/sending/pulling/feed.ts',
    find: 'if (first >= known) return;',
    replace: 'if (first >= 0) return;',
    test: LANES,
  },
  {
    name: 'lets a lane send to somebody who is being forgotten',
    file: 'lambda/forgetting/forget/forget-triggered.ts',
    find: 'taken += await endTurn(turn);',
    replace: 'taken += Number(turn.track === 0);',
    test: 'test/forgetting/forget/forget-in-campaigns.test.ts',
  },
  {
    name: 'leaves what would be said to somebody who was forgotten',
    file: 'lambda/forgetting/forget/forget-triggered.ts',
    find: 'await deps.forgetRow(keyOf(row), signal);',
    replace: '',
    test: 'test/forgetting/forget/forget-in-campaigns.test.ts',
  },
];
