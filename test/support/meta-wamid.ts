/** A wamid as Meta makes them: for a user of the chat, and with whether the business wrote. */
export function metaWamid(
  user: string,
  token: string,
  { isOurs = false, kindOfUser = 0x02 } = {},
): string {
  const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]);
  const record = Buffer.concat([
    Buffer.from([0x1c, 0x18]),
    text(user),
    Buffer.from([0x15, kindOfUser, 0x00, isOurs ? 0x11 : 0x12, 0x18]),
    text(token),
    Buffer.from([0x00]),
  ]);
  return `wamid.${record.toString('base64')}`;
}
