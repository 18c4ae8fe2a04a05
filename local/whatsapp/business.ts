import { META_ACCOUNT, META_NUMBER } from '../traffic/meta-traffic.ts';

/** A business number of Meta's, and what it may do. */
export interface BusinessNumber {
  readonly id: string;
  /** In digits. */
  readonly displayNumber: string;
  /** Messages in any second, both ways together. */
  readonly messagesPerSecond: number;
  readonly quality: 'GREEN' | 'YELLOW' | 'RED';
  readonly status: 'CONNECTED' | 'FLAGGED' | 'RESTRICTED' | 'BANNED';
}

/** Who sends here. */
export const BUSINESS = {
  portfolio: '900000000000010',
  account: META_ACCOUNT,
  app: '900000000000020',
  name: 'Floodgate Flowers',
  session: { name: 'local', phone: '15550100200' },
} as const;

const NUMBER = { quality: 'GREEN', status: 'CONNECTED' } as const;

/** One number as all begin, one after its upgrade, and one in use on a phone too. */
export const NUMBERS: readonly BusinessNumber[] = [
  {
    ...NUMBER,
    id: META_NUMBER.phone_number_id,
    displayNumber: META_NUMBER.display_phone_number,
    messagesPerSecond: 80,
  },
  {
    ...NUMBER,
    id: '900000000000101',
    displayNumber: '15550100101',
    messagesPerSecond: 1_000,
  },
  {
    ...NUMBER,
    id: '900000000000102',
    displayNumber: '15550100102',
    messagesPerSecond: 20,
  },
];
