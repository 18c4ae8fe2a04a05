import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitMetaWebhook } from '../../lambda/providers/meta/webhook.ts';
import { splitWasenderWebhook } from '../../lambda/providers/wasender/webhook.ts';
import type { WebhookSplit } from '../../lambda/providers/webhook-split.ts';
import type { JsonSource } from '../../lambda/shared/json/json-source.ts';
import { readJsonSource } from '../../lambda/shared/json/json-source.ts';
import { aChangedTree } from './hostile-json.ts';
import { isObject, type JsonObject, type JsonTree, placesIn, writeTree } from './json-tree.ts';
import { hostileRuns } from './runs.ts';
import { META_SHAPES, WASENDER_SHAPES } from './webhook-shapes.ts';

/** Below these lie no events, whose equals are dropped, but what holds them. */
const META_LEVELS = /^("(entry|changes|value|standby|history|threads)" ?|\[\] ?)*$/;
const WASENDER_LEVELS = /^"data"$/;

/** Objects that a member is put into whose name nobody knows yet. */
function holders(root: JsonTree, levels: RegExp): JsonObject[] {
  return [{ path: [], tree: root }, ...placesIn(root)]
    .filter(({ path }) => levels.test(path.join(' ')))
    .map(({ tree }) => tree)
    .filter(isObject);
}

function splitOf(text: string, split: (source: JsonSource) => WebhookSplit): WebhookSplit {
  const reading = readJsonSource(text);
  return reading.ok ? split(reading.source) : reading;
}

const { parameters, timeout } = hostileRuns(400);

test.each([
  ['Meta', META_SHAPES, META_LEVELS, (source: JsonSource) => splitMetaWebhook(source, 0)],
  [
    'WasenderApi',
    WASENDER_SHAPES,
    WASENDER_LEVELS,
    (source: JsonSource) => splitWasenderWebhook(source, 'shop', 0),
  ],
])(
  'no member that %s adds is lost, however odd the webhook',
  { timeout },
  (_, shapes, levels, split) => {
    let added = 0;
    fc.assert(
      fc.property(aChangedTree(shapes), fc.array(fc.nat(), { maxLength: 4 }), (root, places) => {
        const open = holders(root, levels);
        const marks = places.map((at, n) => {
          open[at % open.length]?.members.push([`"new-${n}"`, `"mark-${n}"`]);
          return open.length === 0 ? '' : `"new-${n}":"mark-${n}"`;
        });
        const found = splitOf(writeTree(root), split);
        if (!found.ok || found.isForeign) return;
        const payloads = found.events.map(({ payload }) => payload).join('\n');
        for (const mark of marks) expect(payloads).toContain(mark);
        added += marks.length;
      }),
      parameters,
    );
    expect(added).toBeGreaterThan(parameters.numRuns / 2);
  },
);
