import type { Channel, Said } from './channel.ts';
import type { Finding } from './finding.ts';

/** Matters that are known of a channel; what was heard of longest ago is forgotten. */
const KEPT = 30;
/** Then too, where nothing is asked of a matter and nobody tells more of it. */
const KEPT_MS = 7 * 86_400_000;

/**
 * A channel with what its provider said of it, as far as that is newer than what is known. Undefined
 * where none of it is.
 *
 * In whatever order it comes, and however often, the same is known in the end.
 *
 * @param at when it was so, in ms since 1970
 */
export function heard(
  channel: Channel,
  findings: readonly Finding[],
  at: number,
): Channel | undefined {
  const known = new Map(Object.entries(channel.said ?? {}));
  const news = findings
    .map(({ check, ok, found }): [string, Said] => [check, { at, ok, found }])
    .filter(([check, said]) => isNews(said, known.get(check)));
  if (news.length === 0) return undefined;
  const all = [...new Map([...known, ...news])];
  const newest = Math.max(...all.map(([, said]) => said.at));
  const kept = all
    .filter(([, said]) => said.at > newest - KEPT_MS)
    .toSorted(([, one], [, other]) => other.at - one.at)
    .slice(0, KEPT);
  const { needsAttention: _, ...others } = channel;
  return { ...others, said: Object.fromEntries(kept), ...attention(kept) };
}

/** Of what was so at the same time the fault counts. */
function isNews(one: Said, known: Said | undefined): boolean {
  if (known === undefined) return true;
  if (one.at !== known.at) return one.at > known.at;
  return one.ok === known.ok ? one.found > known.found : !one.ok;
}

function attention(said: readonly (readonly [string, Said])[]): Pick<Channel, 'needsAttention'> {
  const faults = said.filter(([, { ok }]) => !ok).map(([check, { found }]) => `${check}: ${found}`);
  return faults.length === 0 ? {} : { needsAttention: faults.toSorted().join('; ') };
}

/**
 * The same, and paused where it is so that nothing can be sent: but not where somebody has changed the
 * channel since. What somebody knows counts.
 */
export function heeded(
  channel: Channel,
  findings: readonly Finding[],
  at: number,
  nowMs: number,
): Channel | undefined {
  const known = heard(channel, findings, at);
  const because = findings.find(({ stops }) => stops !== undefined)?.stops;
  const isOpen = channel.state === 'active' && channel.updatedAt < at;
  if (known === undefined || because === undefined || !isOpen) return known;
  return { ...known, state: 'paused', pausedBecause: because, updatedAt: nowMs };
}
