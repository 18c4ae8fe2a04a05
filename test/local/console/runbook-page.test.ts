import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runbookPage } from '../../../local/console/runbook-page.ts';

test('the runbook’s page has an anchor a heading, as GitHub has it', () => {
  const page = runbookPage('## The `outbox`, and its λ\n\n### EventsUnaccounted\n');

  expect(page).toContain('<h2 id="the-outbox-and-its-λ">The <code>outbox</code>, and its λ</h2>');
  expect(page).toContain('<h3 id="eventsunaccounted">EventsUnaccounted</h3>');
});

test('leads to what is there alone', () => {
  const page = runbookPage('[a](#b) [c](https://d.example) [the *guide*](deploying.md#alarms)');

  expect(page).toContain('<a href="#b">a</a> <a href="https://d.example">c</a> the <em>guide</em>');
});

test('is read by the keyboard where it is wider than the page', () => {
  const page = runbookPage('| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```sh\nls\n```\n');

  expect(page).toContain('<div class="scrolls" tabindex="0"><table>');
  expect(page).toContain('<pre tabindex="0"><code class="language-sh">ls\n');
});

test('has every section that its own links name', () => {
  const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
  const page = runbookPage(readFileSync(join(docs, 'runbook.md'), 'utf8'));
  const named = [...page.matchAll(/href="#([^"]+)"/g)].map(([, anchor = '']) => anchor);

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((anchor) => !page.includes(`id="${anchor}"`))).toEqual([]);
});
