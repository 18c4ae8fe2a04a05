import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IdentityLink } from '../../lambda/events/event.ts';
import { type DatedLink, kindOfName } from '../../lambda/events/name-eras.ts';
import { periodsOf } from '../../lambda/people/name-periods.ts';
import { contactNameOf } from '../../lambda/providers/contact-name.ts';

function link(
  seenAt: number,
  from: string,
  relation: IdentityLink['relation'],
  to: string,
): DatedLink {
  return { relation, from, to, seenAt };
}

/** `name` alone where it was theirs always, else `name from-until`. */
function periods(asked: string, links: readonly DatedLink[]): string[] {
  return periodsOf(asked, links)
    .map(({ name, from, until }) =>
      from === 0 && until === Infinity ? name : `${name} ${from}-${until}`,
    )
    .sort();
}

describe('contactNameOf', () => {
  test.each([
    ['5215500000001', '5215500000001'],
    ['+5215500000001', '5215500000001'],
    ['5215500000001@s.whatsapp.net', '5215500000001'],
    ['20000000000001@lid', '20000000000001@lid'],
    ['20000000000001:7@lid', '20000000000001@lid'],
    ['MX.13491208655302741918', 'MX.13491208655302741918'],
    ['MX.ENT.13491208655302741918', 'MX.ENT.13491208655302741918'],
    ['120363000000000001@g.us', '120363000000000001@g.us'],
    ['Y2FwaV9ncm91cDox', 'Y2FwaV9ncm91cDox'],
  ])('reads %s', (written, name) => {
    expect(contactNameOf(written)).toBe(name);
  });
});

test.each([
  ['5215500000001', 'phone'],
  ['MX.13491208655302741918', 'userId'],
  ['20000000000001@lid', 'lid'],
  ['120363000000000001@g.us', 'chatId'],
  ['status@broadcast', 'chatId'],
  ['Y2FwaV9ncm91cDox.aa.', 'chatId'],
])('%s is a name of the kind %s', (name, kind) => {
  expect(kindOfName(name)).toBe(kind);
});

describe('periodsOf', () => {
  test('is the name alone, always, where nothing else is known', () => {
    expect(periods('MX.1', [])).toEqual(['MX.1']);
    expect(periods('521', [])).toEqual(['521']);
    expect(periods('1@lid', [])).toEqual(['1@lid']);
  });

  test('joins a phone and a BSUID, whichever is asked for', () => {
    const links = [link(10, '521', 'same', 'MX.1')];

    expect(periods('521', links)).toEqual(['521', 'MX.1']);
    expect(periods('MX.1', links)).toEqual(['521', 'MX.1']);
  });

  test('joins a phone and a LID', () => {
    const links = [link(10, '521', 'same', '1@lid')];

    expect(periods('1@lid', links)).toEqual(['1@lid', '521']);
    expect(periods('521', links)).toEqual(['1@lid', '521']);
  });

  test('joins a phone that is known by a BSUID and by a LID', () => {
    const links = [link(10, '521', 'same', 'MX.1'), link(20, '521', 'same', '1@lid')];

    expect(periods('521', links)).toEqual(['1@lid', '521', 'MX.1']);
  });

  test('gives a recycled number to its latest owner, from when they were first seen with it', () => {
    const links = [link(10, '521', 'same', 'MX.1'), link(50, '521', 'same', 'MX.2')];

    expect(periods('521', links)).toEqual(['521 50-Infinity', 'MX.2']);
    expect(periods('MX.2', links)).toEqual(['521 50-Infinity', 'MX.2']);
  });

  test('leaves a recycled number to its earlier owner until the next was seen with it', () => {
    const links = [link(10, '521', 'same', 'MX.1'), link(50, '521', 'same', 'MX.2')];

    expect(periods('MX.1', links)).toEqual(['521 0-49', 'MX.1']);
  });

  test('follows rotated BSUIDs both ways', () => {
    const links = [
      link(10, 'MX.1', 'became', 'MX.2'),
      link(20, 'MX.2', 'became', 'MX.3'),
      link(5, '521', 'same', 'MX.1'),
      link(20, '521', 'same', 'MX.3'),
    ];

    for (const asked of ['MX.1', 'MX.2', 'MX.3', '521']) {
      expect(periods(asked, links)).toEqual(['521', 'MX.1', 'MX.2', 'MX.3']);
    }
  });

  test('takes over the history of the number that was changed, until the change', () => {
    const links = [
      link(10, '521', 'same', 'MX.1'),
      link(50, '521', 'became', '522'),
      link(50, '522', 'same', 'MX.2'),
    ];

    expect(periods('522', links)).toEqual(['521 0-50', '522 50-Infinity', 'MX.1', 'MX.2']);
    expect(periods('MX.2', links)).toEqual(periods('522', links));
    expect(periods('MX.1', links)).toEqual(periods('522', links));
  });

  test('shows all of a number that was given up and that nobody took, when it is asked for', () => {
    const links = [link(50, '521', 'became', '522')];

    expect(periods('521', links)).toEqual(['521', '522 50-Infinity']);
  });

  test('gives what came after a number was given up to the owner who was seen next', () => {
    const links = [
      link(10, '521', 'same', 'MX.1'),
      link(50, '521', 'became', '522'),
      link(90, '521', 'same', 'MX.9'),
    ];

    expect(periods('521', links)).toEqual(['521 51-Infinity', 'MX.9']);
    expect(periods('522', links)).toEqual(['521 0-50', '522 50-Infinity', 'MX.1']);
  });

  test('leaves out what the new number said to its owner before', () => {
    const links = [
      link(10, '522', 'same', 'MX.9'),
      link(50, '521', 'became', '522'),
      link(50, '522', 'same', 'MX.2'),
    ];

    expect(periods('522', links)).toEqual(['521 0-50', '522 50-Infinity', 'MX.2']);
    expect(periods('MX.9', links)).toEqual(['522 0-49', 'MX.9']);
  });

  test('joins a new number that wrote before the news of the change came', () => {
    const links = [link(45, '522', 'same', 'MX.2'), link(50, '521', 'became', '522')];

    expect(periods('MX.2', links)).toEqual(['521 0-50', '522 45-Infinity', 'MX.2']);
  });

  test('tells two contacts apart who changed to the same number one after the other', () => {
    const links = [link(10, '521', 'became', '529'), link(80, '522', 'became', '529')];

    expect(periods('529', links)).toEqual(['522 0-80', '529 80-Infinity']);
    expect(periods('521', links)).toEqual(['521', '529 10-79']);
  });

  test('tells them apart as well where the first was seen with the number', () => {
    const links = [
      link(10, '521', 'became', '529'),
      link(20, '529', 'same', 'MX.1'),
      link(80, '522', 'became', '529'),
    ];

    expect(periods('529', links)).toEqual(['522 0-80', '529 80-Infinity']);
    expect(periods('MX.1', links)).toEqual(['521 0-10', '529 10-79', 'MX.1']);
  });

  test('knows whose number was given up by the message that shows its owner', () => {
    const links = [link(50, '521', 'same', 'MX.1'), link(50, '521', 'became', '522')];

    expect(periods('MX.1', links)).toEqual(['521 0-50', '522 50-Infinity', 'MX.1']);
  });

  test('follows a contact through a number that was theirs for a moment', () => {
    const links = [link(50, '521', 'became', '529'), link(50, '529', 'became', '522')];

    expect(periods('522', links)).toEqual(['521 0-50', '522 50-Infinity', '529 50-50']);
  });

  test('follows a number that was given up for two others at once', () => {
    const links = [
      link(10, '521', 'same', 'MX.1'),
      link(50, '521', 'became', '522'),
      link(50, '521', 'became', '523'),
    ];
    const all = ['521 0-50', '522 50-Infinity', '523 50-Infinity', 'MX.1'];

    for (const asked of ['522', '523', 'MX.1']) expect(periods(asked, links)).toEqual(all);
  });

  test.each([
    [
      'two owners who were seen at once',
      [link(50, '521', 'same', 'MX.1'), link(50, '521', 'same', 'MX.2')],
      { '521': ['521 50-Infinity', 'MX.2'], 'MX.1': ['521 0-49', 'MX.1'] },
    ],
    [
      'two who took over a number at once',
      [link(50, '521', 'became', '529'), link(50, '522', 'became', '529')],
      { '529': ['522 0-50', '529 50-Infinity'], '521': ['521'] },
    ],
  ])('puts %s in one order, however they were read', (_, links, expected) => {
    for (const [asked, found] of Object.entries(expected)) {
      expect(periods(asked, links)).toEqual(found);
      expect(periods(asked, links.toReversed())).toEqual(found);
    }
  });

  test('gives a number back to a contact who returns to it', () => {
    const links = [
      link(10, '521', 'became', '522'),
      link(30, '522', 'became', '521'),
      link(31, '521', 'same', 'MX.1'),
    ];

    expect(periods('MX.1', links)).toEqual(['521 0-10', '521 30-Infinity', '522 10-30', 'MX.1']);
    expect(periods('521', links)).toEqual(periods('MX.1', links));
  });

  test('gives no time of a number to whom it was for none, and to whom it was for a moment that', () => {
    const links = [
      link(10, '521', 'same', 'MX.1'),
      link(50, '521', 'same', 'MX.2'),
      link(50, '521', 'same', 'MX.3'),
      link(51, '521', 'same', 'MX.4'),
    ];

    expect(periods('MX.2', links)).toEqual(['MX.2']);
    expect(periods('MX.3', links)).toEqual(['521 50-50', 'MX.3']);
  });

  test('says since when a link shows a name', () => {
    const links = [link(70, '521', 'same', 'MX.1'), link(80, 'MX.1', 'became', 'MX.2')];
    const seen = periodsOf('521', links).map(({ name, kind, seenAt }) => [name, kind, seenAt]);

    expect(seen).toEqual([
      ['521', 'phone', 70],
      ['MX.1', 'userId', 70],
      ['MX.2', 'userId', 80],
    ]);
    expect(periodsOf('MX.9', links)).toMatchObject([{ seenAt: undefined }]);
  });
});

const phone = fc.constantFrom('521', '522', '523', '524');
const userId = fc.constantFrom('MX.1', 'MX.2', 'MX.3', 'MX.4', 'MX.5');
/** Few, so that much happens at once. */
const seenAt = fc.integer({ min: 1, max: 12 });
const anyLink: fc.Arbitrary<DatedLink> = fc
  .oneof(
    fc.record({ seenAt, relation: fc.constant('same' as const), from: phone, to: userId }),
    fc.record({ seenAt, relation: fc.constant('became' as const), from: phone, to: phone }),
    fc.record({ seenAt, relation: fc.constant('became' as const), from: userId, to: userId }),
  )
  .filter(({ from, to }) => from !== to);
const someLinks = fc.uniqueArray(anyLink, {
  maxLength: 12,
  selector: ({ from, relation, to }) => `${from} ${relation} ${to}`,
});

describe('periodsOf, whatever the links', () => {
  test('does not depend on the order in which links were read', () => {
    fc.assert(
      fc.property(
        someLinks.chain((links) =>
          fc.tuple(fc.constant(links), fc.shuffledSubarray(links, { minLength: links.length })),
        ),
        fc.oneof(phone, userId),
        ([links, shuffled], asked) => {
          expect(periods(asked, shuffled)).toEqual(periods(asked, links));
        },
      ),
    );
  });

  test('never gives a moment of a phone number to two contacts', () => {
    fc.assert(
      fc.property(someLinks, userId, userId, (links, one, other) => {
        const first = periodsOf(one, links);
        const second = periodsOf(other, links);
        if (first.some(({ name }) => name === other)) {
          expect(periods(other, links)).toEqual(periods(one, links));
          return;
        }
        const overlaps = first.filter((a) =>
          second.some((b) => a.name === b.name && a.from <= b.until && b.from <= a.until),
        );
        expect(overlaps).toEqual([]);
      }),
    );
  });

  test('has the name asked for, to this day, and each period once', () => {
    fc.assert(
      fc.property(someLinks, fc.oneof(phone, userId), (links, asked) => {
        const found = periodsOf(asked, links);
        expect(found.some(({ name, until }) => name === asked && until === Infinity)).toBe(true);
        const own = Map.groupBy(found, ({ name }) => name);
        for (const periodsOfName of own.values()) {
          for (const [index, { from, until }] of periodsOfName.entries()) {
            expect(from).toBeLessThanOrEqual(until);
            expect((periodsOfName[index - 1]?.until ?? -1) < from).toBe(true);
          }
        }
      }),
    );
  });
});
