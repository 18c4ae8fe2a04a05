import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's package `chromium` puts it, and others do. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Undefined where this machine has none. */
export const CHROMIUM = PATHS.find((path) => existsSync(path));

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
    // As root, in a container, Chromium has no sandbox of its own.
    args: ['--no-sandbox'],
  });
}
