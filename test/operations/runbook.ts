import { readFileSync } from 'node:fs';

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/**
 * The shell commands of a section, from under its heading to the next one.
 *
 * @example
 * commandsOf('DeadLetterQueueNotEmpty')
 */
export function commandsOf(heading: string): string[] {
  const sections = RUNBOOK.split(/^#{2,3} /m);
  const section = sections.find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`the runbook has no section ${heading}`);
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands ?? '');
}

/** The one block of a section's that has this in it. */
export function commandWith(heading: string, part: string): string {
  const blocks = commandsOf(heading).filter((block) => block.includes(part));
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) {
    throw new Error(`${blocks.length} blocks of ${heading} have ${part}`);
  }
  return block;
}
