import { describe, expect, test } from 'vitest';
import { admit, type Sender } from '../../../local/console/guard.ts';
import { fileHeaders, PAGE_HEADERS } from '../../../local/console/headers.ts';
import { consolePath } from '../../../local/console/paths.ts';

const PORT = 3000;

const reading: Sender = {
  ...{ method: 'GET', path: '/console/read/overview', host: '127.0.0.1:3000' },
  ...{ origin: undefined, fetchSite: 'same-origin' },
};
const doing: Sender = { ...reading, method: 'POST', origin: 'http://127.0.0.1:3000' };

const isAdmitted = (sender: Sender) => admit(sender, PORT).ok;

describe('who asks the console', () => {
  test.each(['127.0.0.1:3000', 'localhost:3000', '[::1]:3000'])('may call it %s', (host) => {
    expect(isAdmitted({ ...reading, host })).toBe(true);
    expect(isAdmitted({ ...doing, host, origin: `http://${host}` })).toBe(true);
  });

  test.each([
    undefined,
    'evil.example:3000',
    '127.0.0.1:3001',
    '127.0.0.1',
    '127.0.0.1:3000.evil.example',
  ])('may not call it %s, be the name led here by rebinding or not', (host) => {
    const admission = admit({ ...reading, host }, PORT);
    expect(admission).toEqual({ ok: false, reason: expect.stringContaining('127.0.0.1:3000') });
  });

  test.each([
    undefined,
    'null',
    'http://evil.example',
    'http://localhost:3000',
    'https://127.0.0.1:3000',
  ])('does nothing from the origin %s', (origin) => {
    expect(isAdmitted({ ...doing, origin })).toBe(false);
  });

  test('reads nothing from a page of another site, and may follow its link to the page', () => {
    expect(isAdmitted({ ...reading, origin: 'http://evil.example' })).toBe(false);
    expect(isAdmitted({ ...reading, fetchSite: 'cross-site' })).toBe(false);
    expect(isAdmitted({ ...reading, fetchSite: 'same-site' })).toBe(false);
    expect(isAdmitted({ ...reading, fetchSite: 'cross-site', path: '/' })).toBe(true);
  });

  test('may be a program of this machine, which is of no site', () => {
    expect(isAdmitted({ ...reading, fetchSite: undefined })).toBe(true);
  });
});

test('the page may run nothing inline and ask nobody else', () => {
  const policy = PAGE_HEADERS['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});

test.each([
  ['image/jpeg', 'image/jpeg', 'inline'],
  ['audio/ogg; codecs=opus', 'audio/ogg', 'inline'],
  ['image/svg+xml', 'application/octet-stream', 'attachment'],
  ['text/html', 'application/octet-stream', 'attachment'],
  ['', 'application/octet-stream', 'attachment'],
])('a file of the type "%s" is sent as %s, %s, and nothing in it runs', (mimeType, type, how) => {
  expect(fileHeaders(mimeType)).toMatchObject({
    'content-type': type,
    'content-disposition': how,
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
  });
});

test('its paths are those that the API has no routes for', () => {
  expect(consolePath('/')).toEqual({ kind: undefined, name: '' });
  expect(consolePath('/console/page.js')).toEqual({ kind: undefined, name: 'page.js' });
  expect(consolePath('/console/read/overview')).toEqual({ kind: 'read', name: 'overview' });
  expect(consolePath('/console/do/redrive')).toEqual({ kind: 'do', name: 'redrive' });
  for (const path of [
    '/v1/channels',
    '/webhooks/meta',
    '/healthz',
    '/consoles',
    '/console/../v1',
  ]) {
    expect(consolePath(path)).toBeUndefined();
  }
});
