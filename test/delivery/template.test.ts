import { describe, expect, test } from 'vitest';
import { aTemplate } from '../lib/synthesized.ts';

const template = aTemplate({ stage: 'production' });
const resources: Readonly<Record<string, Readonly<Record<string, unknown>>>> =
  template.toJSON()['Resources'];

/** All that is made before a resource, and deleted after it. */
function foundationsOf(id: string, found = new Set<string>()): ReadonlySet<string> {
  const { DependsOn = [], Properties } = resources[id] ?? {};
  for (const next of [...[DependsOn].flat().map(String), ...namedIn(Properties)]) {
    if (!(next in resources) || found.has(next)) continue;
    found.add(next);
    foundationsOf(next, found);
  }
  return found;
}

function namedIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, named]) => {
    if (key === 'Ref') return [String(named)];
    if (key === 'Fn::GetAtt') return [String([named].flat()[0])];
    return namedIn(named);
  });
}

/** The one resource whose id begins so, but for its hash. */
function idOf(name: string): string {
  const ids = Object.keys(resources).filter((id) => id.replace(/[0-9A-F]{8}$/, '') === name);
  expect(ids, name).toHaveLength(1);
  return String(ids[0]);
}

const [removed = ''] = Object.keys(template.findResources('Custom::SubscriberQueues'));

describe('what subscribers were given at run time', () => {
  test.each([
    'RoutingRouterFunction',
    'DeliveryProberFunction',
    'SubscriberApiSubscribersFunction',
  ])('is removed with the stack after %s, which could make more', (maker) => {
    expect(foundationsOf(idOf(maker))).toContain(removed);
  });

  test.each([
    'DeliveryDelivererFunction',
    'SubscribersRemoverFunction',
    'SubscribersRemoverRole',
    'SubscribersRemoverRoleDefaultPolicy',
    'SubscribersRemoverLogs',
  ])('is removed with the stack before %s', (foundation) => {
    expect(foundationsOf(removed)).toContain(idOf(foundation));
  });
});
