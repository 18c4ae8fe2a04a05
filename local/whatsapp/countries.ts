/** By calling code: where marketing is limited otherwise, and where the people of the traffic live. */
const COUNTRIES: Readonly<Record<string, string>> = {
  ...{ 52: 'MX', 54: 'AR', 55: 'BR', 57: 'CO', 91: 'IN' },
  ...{ 30: 'GR', 31: 'NL', 32: 'BE', 33: 'FR', 34: 'ES', 36: 'HU', 39: 'IT', 40: 'RO', 43: 'AT' },
  ...{ 44: 'GB', 45: 'DK', 46: 'SE', 47: 'NO', 48: 'PL', 49: 'DE', 81: 'JP', 82: 'KR' },
  ...{ 351: 'PT', 352: 'LU', 353: 'IE', 354: 'IS', 356: 'MT', 357: 'CY', 358: 'FI', 359: 'BG' },
  ...{ 370: 'LT', 371: 'LV', 372: 'EE', 385: 'HR', 386: 'SI', 420: 'CZ', 421: 'SK', 423: 'LI' },
};

/** Area codes of +1 outside the United States. */
const OTHERS_OF_1 = new Set(
  (
    '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 468 ' +
    '474 506 514 519 548 579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 ' +
    '825 867 873 879 902 905 942 242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 ' +
    '767 784 787 809 829 849 868 869 876 939'
  ).split(' '),
);

/** Where a number is from, by ISO 3166; `ZZ` where that is not known here. */
export function countryOf(phone: string): string {
  if (phone.startsWith('1')) return OTHERS_OF_1.has(phone.slice(1, 4)) ? 'ZZ' : 'US';
  return COUNTRIES[phone.slice(0, 3)] ?? COUNTRIES[phone.slice(0, 2)] ?? 'ZZ';
}

const FREE_OF_CAP = new Set(
  (
    'GR NL BE FR ES HU IT RO AT DK SE NO PL DE PT LU IE IS MT CY FI BG LT LV EE HR SI CZ SK LI ' +
    'GB JP KR'
  ).split(' '),
);

/** Whether people there get only so much marketing. */
export function hasMarketingCap(country: string): boolean {
  return !FREE_OF_CAP.has(country);
}
