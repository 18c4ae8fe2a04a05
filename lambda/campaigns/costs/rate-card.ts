/** What Meta asks for a delivered message outside of a free window, from a day on. */
export interface RateCard {
  /** Such as `2026-07-01`, in the time zone of an account. */
  readonly from: string;
  readonly currency: string;
  /** By market: marketing, utility and authentication, in millionths of the currency's unit. */
  readonly micros: Readonly<Record<string, readonly [number, number, number]>>;
}

/**
 * The oldest first. List prices, without the discounts of a high volume. Rates in dollars of markets that changed
 * or came with this card are those in euros, at the rate of exchange of the card itself.
 *
 * @see https://developers.facebook.com/docs/whatsapp/pricing
 */
export const RATE_CARDS: readonly [RateCard, ...RateCard[]] = [
  {
    from: '2026-07-01',
    currency: 'USD',
    micros: {
      Argentina: [61_800, 26_000, 26_000],
      Brazil: [62_500, 6_800, 6_800],
      Chile: [88_900, 20_000, 20_000],
      Colombia: [12_500, 800, 800],
      Egypt: [64_400, 3_600, 3_600],
      France: [85_900, 30_000, 30_000],
      Germany: [136_500, 55_000, 55_000],
      'Hong Kong': [73_200, 26_100, 26_100],
      Hungary: [86_000, 34_900, 34_900],
      India: [11_800, 1_400, 1_400],
      Indonesia: [41_100, 25_000, 25_000],
      Israel: [35_300, 5_300, 5_300],
      Italy: [79_400, 30_000, 30_000],
      Malaysia: [86_000, 14_000, 14_000],
      Mexico: [30_500, 8_500, 8_500],
      Netherlands: [159_700, 50_000, 50_000],
      Nigeria: [51_600, 6_700, 6_700],
      Pakistan: [47_300, 10_000, 10_000],
      Peru: [70_300, 20_000, 20_000],
      Poland: [36_600, 12_200, 12_200],
      Qatar: [34_100, 12_000, 12_000],
      Romania: [86_000, 28_800, 28_800],
      Russia: [80_200, 40_000, 40_000],
      'Saudi Arabia': [50_000, 10_700, 10_700],
      Singapore: [73_200, 16_100, 16_100],
      'South Africa': [37_900, 7_600, 7_600],
      Spain: [70_600, 20_000, 20_000],
      Turkey: [10_900, 800, 800],
      'United Arab Emirates': [49_900, 15_700, 15_700],
      'United Kingdom': [63_500, 22_000, 22_000],
      'North America': [25_000, 3_400, 3_400],
      'Rest of Africa': [22_500, 4_000, 4_000],
      'Rest of Asia Pacific': [73_200, 11_300, 11_300],
      'Rest of Central & Eastern Europe': [86_000, 21_200, 21_200],
      'Rest of Latin America': [74_000, 11_300, 11_300],
      'Rest of Middle East': [34_100, 9_100, 9_100],
      'Rest of Western Europe': [59_200, 17_100, 17_100],
      Other: [60_400, 7_700, 7_700],
    },
  },
];

/** Countries of each market; all others are `Other`. Those who share a calling code share its market. */
const MARKETS: Readonly<Record<string, string>> = {
  ...{ Argentina: 'AR', Brazil: 'BR', Chile: 'CL', Colombia: 'CO', Egypt: 'EG', France: 'FR' },
  ...{ Germany: 'DE', 'Hong Kong': 'HK', Hungary: 'HU', India: 'IN', Indonesia: 'ID' },
  ...{ Israel: 'IL', Italy: 'IT VA', Malaysia: 'MY', Mexico: 'MX', Netherlands: 'NL' },
  ...{ Nigeria: 'NG', Pakistan: 'PK', Peru: 'PE', Poland: 'PL', Qatar: 'QA', Romania: 'RO' },
  ...{ Russia: 'RU KZ', 'Saudi Arabia': 'SA', Singapore: 'SG', 'South Africa': 'ZA' },
  ...{ Spain: 'ES', Turkey: 'TR', 'United Arab Emirates': 'AE' },
  'United Kingdom': 'GB GG IM JE',
  'North America': 'US CA',
  'Rest of Africa':
    'DZ AO BJ BW BF BI CM TD CG ER ET GA GM GH GW CI KE LS LR LY MG MW ML MR MA EH MZ NA NE RW SN SL SO SS ' +
    'SD SZ TZ TG TN UG ZM ZW',
  'Rest of Asia Pacific': 'AF AU CC CX BD KH CN JP LA MN NP NZ PG PH LK TW TJ TH TM UZ VN',
  'Rest of Central & Eastern Europe': 'AL AM AZ BY BG HR CZ GE GR LV LT MD MK RS SK SI UA',
  'Rest of Latin America': 'BO CR DO EC SV GT HT HN JM NI PA PY PR UY VE',
  'Rest of Middle East': 'BH IQ JO KW LB OM YE',
  'Rest of Western Europe': 'AT BE DK FI AX IE NO SJ PT SE CH',
};

const MARKET_OF = new Map(
  Object.entries(MARKETS).flatMap(([market, countries]) =>
    countries.split(' ').map((country) => [country, market] as const),
  ),
);

/** @param country two letters */
export function marketOf(country: string): string {
  return MARKET_OF.get(country) ?? 'Other';
}
