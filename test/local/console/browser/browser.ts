import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import * as z from 'zod/mini';

const violations = z.array(
  z.object({
    id: z.string(),
    help: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.optional(z.string()) })),
  }),
);

export interface Seen {
  readonly page: Page;
  /** What the browser complained of: errors of scripts, what its policy refused, what was not found. */
  readonly complaints: readonly string[];
}

/** A page that is open until the test is over. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Seen> {
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

/** Has axe look at what is shown, and expects that it finds nothing. */
export async function expectAccessible(page: Page): Promise<void> {
  // Not as an element of the page, whose policy lets none in.
  await page.evaluate(axe.source);
  const found = await page.evaluate('axe.run().then(({ violations }) => violations)');
  const told = violations.parse(found).map(({ id, help, nodes }) => ({
    ...{ id, help },
    nodes: nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`),
  }));
  expect(told).toEqual([]);
}
