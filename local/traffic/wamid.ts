import { characters, type Random } from './random.ts';

const HEX = '0123456789ABCDEF';

/** An id built like WhatsApp's: base64 over the other end's name, the direction and a random part. */
export function createWamid(
  random: Random,
  name: string,
  direction: 'inbound' | 'outbound',
): string {
  const unique = characters(random, HEX, direction === 'inbound' ? 20 : 18);
  const bytes = Buffer.concat([
    Buffer.of(0x1c, 0x18, name.length),
    Buffer.from(name),
    Buffer.of(0x15, 0x02, 0x00, direction === 'inbound' ? 0x12 : 0x11, 0x18, unique.length),
    Buffer.from(unique),
    Buffer.of(0x00),
  ]);
  return `wamid.${bytes.toString('base64')}`;
}

/** A message id as WhatsApp Web, and so WasenderApi, shows it. */
export function createKeyId(random: Random): string {
  return `3EB0${characters(random, HEX, 18)}`;
}
