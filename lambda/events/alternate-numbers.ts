/** Two ways to write the numbers of one country: a sign more in the longer one. */
interface Numbering {
  readonly longer: RegExp;
  readonly shorter: RegExp;
  /** In place of what the patterns match; `$1` and `$2` are the same digits of both. */
  readonly toShorter: string;
  readonly toLonger: string;
}

/**
 * Where one account is known under two numbers, since what is dialled changed and WhatsApp's ids did
 * not, or the other way round.
 *
 * @see https://faq.whatsapp.com/1294841057948784
 */
const NUMBERINGS: readonly Numbering[] = [
  // Brazil: mobile numbers got a ninth digit. Those of landlines begin with 2 to 5, and have eight.
  {
    longer: /^55([1-9]{2})9([016-9]\d{7})$/,
    shorter: /^55([1-9]{2})([016-9]\d{7})$/,
    toShorter: '55$1$2',
    toLonger: '55$19$2',
  },
  // Mexico: mobile numbers had a 1 behind the country code until 2019.
  {
    longer: /^521([2-9]\d{9})$/,
    shorter: /^52([2-9]\d{9})$/,
    toShorter: '52$1',
    toLonger: '521$1',
  },
  // Argentina: mobile numbers have a 9 behind the country code when they are called from abroad.
  {
    longer: /^549([1-3]\d{9})$/,
    shorter: /^54([1-3]\d{9})$/,
    toShorter: '54$1',
    toLonger: '549$1',
  },
];

/** The number, in digits with its country code, under which the same account may be known too. */
export function alternateNumber(phone: string): string | undefined {
  for (const { longer, shorter, toShorter, toLonger } of NUMBERINGS) {
    if (longer.test(phone)) return phone.replace(longer, toShorter);
    if (shorter.test(phone)) return phone.replace(shorter, toLonger);
  }
  return undefined;
}

/** Equal for the two numbers of one account, and for no others. */
export function accountNumber(phone: string): string {
  const alternate = alternateNumber(phone);
  return alternate === undefined || phone.length > alternate.length ? phone : alternate;
}
