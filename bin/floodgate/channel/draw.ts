import { styleText } from 'node:util';
import type { Finding } from '../../../lambda/channels/finding.ts';
import type { ChannelAnswer, ChannelsAnswer } from '../../../lambda/channels/managing/schemas.ts';
import { drawColumns } from '../terminal/columns.ts';

type Stream = NodeJS.WritableStream;

const COLOURS = { active: 'green', paused: 'yellow' } as const;

const HEADINGS = ['ID', 'PROVIDER', 'STATE', 'A SECOND', 'LANES', 'TENANT', 'ATTENTION'];

export function drawChannels({ channels, unreadable }: ChannelsAnswer, stream: Stream): string {
  const others = unreadable.map(
    (id) => `${styleText('red', 'unreadable', { stream })} ${id}: another release wrote it\n`,
  );
  if (channels.length === 0 && others.length === 0) {
    return 'There are no channels: npx floodgate channel add ID\n';
  }
  const rows = channels.map((one) => [
    one.id,
    one.provider,
    styleText(COLOURS[one.state], one.state, { stream }),
    rateOf(one),
    String(one.lanes),
    one.tenant,
    one.needsAttention ?? '',
  ]);
  const table = rows.length === 0 ? '' : `${drawColumns(HEADINGS, rows, stream).join('\n')}\n`;
  return `${table}${others.join('')}`;
}

/** One channel, a fact a line. */
export function drawChannel(one: ChannelAnswer, stream: Stream): string {
  const facts = [
    ['id', one.id],
    ['provider', one.provider],
    ['tenant', one.tenant],
    ['state', styleText(COLOURS[one.state], stateOf(one), { stream })],
    ['rate', `${rateOf(one)} a second, ${one.share * 100}% of it for sending`],
    ['lanes', String(one.lanes)],
    ['account', one.accountId ?? 'not told'],
    ['portfolio', one.portfolioId ?? 'not told'],
    ['number', one.displayPhoneNumber ?? 'not told'],
    ['marketing', one.marketingRoute],
    ['uncertain', one.uncertain],
    ['files', filesOf(one)],
    ['rows', one.retentionDays === null ? AS_STAGE : `kept for ${one.retentionDays} days`],
    ['attention', one.needsAttention ?? 'none'],
    ...one.said.map(({ check, found, at }) => ['said', `${check}: ${found}, ${at}`]),
    ['created', one.createdAt],
    ['updated', one.updatedAt],
  ];
  return facts
    .map(([name = '', fact]) => `${styleText('dim', name.padEnd(10), { stream })}${fact}\n`)
    .join('');
}

/** What was looked at, and under each fault how to mend it. */
export function drawFindings(findings: readonly Finding[], stream: Stream): string {
  const lines = findings.map(({ check, ok, found, mend }) => {
    const verdict = styleText(ok ? 'green' : 'red', ok ? 'ok   ' : 'fault', { stream });
    const advice = mend === null ? '' : `${' '.repeat(20)}${mend}\n`;
    return `${verdict} ${check.padEnd(14)}${found}\n${advice}`;
  });
  return lines.join('');
}

const AS_STAGE = 'kept as the stage says';

function filesOf({ media: { keep, maxMegabytes } }: ChannelAnswer): string {
  if (keep === null && maxMegabytes === null) return AS_STAGE;
  const kinds = keep === null ? 'those of the stage' : [keep].flat().join(', ');
  return `kept: ${kinds}${maxMegabytes === null ? '' : `, up to ${maxMegabytes} MB`}`;
}

const WHY: Readonly<Record<string, string>> = {
  user: 'paused: nothing is taken or sent, until it is resumed',
  lanes: 'paused: nothing is taken, and what waits is sent',
};

function stateOf({ state, pausedBecause }: ChannelAnswer): string {
  if (state === 'active') return state;
  const why = pausedBecause ?? 'user';
  return WHY[why] ?? `paused by the provider: ${why}; check it, then resume it`;
}

/** Two digits of what is no whole number, such as 256 a minute. */
function rateOf({ messagesPerSecond }: ChannelAnswer): string {
  return String(Math.round(messagesPerSecond * 100) / 100);
}
