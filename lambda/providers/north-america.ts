/**
 * Area codes behind +1 that are not of the United States: Canada, the Caribbean, and the territories that
 * have a country of their own in the numbering plan.
 *
 * @see https://nationalnanpa.com/area_codes/
 */
const OTHER_AREAS = new Set(
  [
    // Canada, with what belongs to no place there.
    '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460',
    '468 474 506 514 519 537 548 568 579 581 584 587 600 604 613 622 633 639 644 647 655 672 677 683 688',
    '705 709 742 753 778 780 782 807 819 825 851 867 873 879 902 905 942',
    // Bahamas to Trinidad.
    '242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876',
    // Puerto Rico, the Virgin Islands, Guam, the Northern Marianas, Samoa.
    '340 670 671 684 787 939',
  ].flatMap((codes) => codes.split(' ')),
);

const NORTH_AMERICA = /^1([2-9]\d\d)\d{7}$/;

/** Whether a phone number has +1 and an area code of the United States. */
export function isOfUnitedStates(digits: string): boolean {
  const area = NORTH_AMERICA.exec(digits)?.[1];
  return area !== undefined && !OTHER_AREAS.has(area);
}
