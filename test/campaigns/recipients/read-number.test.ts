import { describe, expect, test } from 'vitest';
import { readNumber } from '../../../lambda/campaigns/recipients/read-number.ts';

describe('a cell with a number', () => {
  test.each([
    ['525512345678', '525512345678', 'MX'],
    ['+52 (55) 1234-5678', '525512345678', 'MX'],
    ['0052 55 1234 5678', '525512345678', 'MX'],
    ["'+525512345678", '525512345678', 'MX'],
    ['="525512345678"', '525512345678', 'MX'],
    ['525512345678.0', '525512345678', 'MX'],
    ['whatsapp:+525512345678', '525512345678', 'MX'],
    ['\u202a+52 55 1234 5678\u202c', '525512345678', 'MX'],
    ['5215512345678', '5215512345678', 'MX'],
    ['5491123456789', '5491123456789', 'AR'],
    ['551187654321', '551187654321', 'BR'],
    ['+12025550123', '12025550123', 'US'],
    ['+14165550123', '14165550123', 'CA'],
    ['+77011234567', '77011234567', 'KZ'],
    ['+79161234567', '79161234567', 'RU'],
    ['+44 07400 123456', '447400123456', 'GB'],
    ['+447781123456', '447781123456', 'GG'],
    ['+870773111632', '870773111632', 'ZZ'],
  ])('%s is %s of %s', (cell, name, country) => {
    expect(readNumber(cell)).toEqual({ ok: true, to: { kind: 'phone', name }, country });
  });

  test.each(['MX.1234', 'US.ENT.abc'])('may have the BSUID %s', (name) => {
    const country = name.slice(0, 2);
    expect(readNumber(` ${name} `)).toEqual({ ok: true, to: { kind: 'userId', name }, country });
  });

  test.each([
    ['', 'no_number'],
    ['   ', 'no_number'],
    ['5.2155E+12', 'scientific'],
    ['5,21551E+12', 'scientific'],
    ['5e12', 'scientific'],
    ['0', 'invalid_number'],
    ['5512345678', 'invalid_number'],
    ['055 1234 5678', 'invalid_number'],
    ['+52 55 1234', 'invalid_number'],
    ['+999123456789', 'invalid_number'],
    ['12345678901234567890', 'invalid_number'],
    ['120363@g.us', 'invalid_number'],
    ['n/a', 'invalid_number'],
  ])('%s is refused as %s', (cell, reason) => {
    expect(readNumber(cell)).toEqual({ ok: false, reason });
  });
});
