import { writeFileSync } from 'node:fs';

/** The rooms of `lambda/`, in the order of an event's way: each may import from those before it. */
export const ROOMS = [
  'shared',
  'teardown',
  'events',
  'providers',
  'content',
  'answers',
  'table',
  'tenants',
  'channels',
  'people',
  'inbound',
  'campaigns',
  'changes',
  'media',
  'delivery',
  'forgetting',
  'archive',
  'reading',
  'sending',
  'widgets',
] as const;

const OUTSIDE = ['lib', 'local', 'bin', 'test', 'bench'];

/** The linter's configuration that keeps the order. */
export function roomsConfiguration(): object {
  return {
    $schema: '../node_modules/@biomejs/biome/configuration_schema.json',
    overrides: ROOMS.map((room, at) => ({
      includes: [`lambda/${room}/**`],
      linter: { rules: { style: { noRestrictedImports: restricted(ROOMS.slice(at + 1)) } } },
    })),
  };
}

function restricted(later: readonly string[]): object {
  const outside = {
    group: [...OUTSIDE.map(within), 'aws-cdk-lib', 'aws-cdk-lib/**'],
    message: 'What runs in AWS knows nothing of what deploys, drives or tests it.',
  };
  const climbing = {
    group: later.map(within),
    message: `A room further along an event's way: see "Rooms" in docs/architecture.md.`,
  };
  const patterns = later.length === 0 ? [outside] : [outside, climbing];
  return { level: 'error', options: { patterns } };
}

function within(folder: string): string {
  return `**/${folder}/**`;
}

if (import.meta.main) {
  const file = new URL('rooms.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(roomsConfiguration(), undefined, 2)}\n`);
}
