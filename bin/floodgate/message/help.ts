export const MESSAGE_HELP = `Usage: npx floodgate message <action> [options]

Sends a message, once, and tells how far it is. ID is that of a message, as send prints it.

  send                   have a message sent; the same --key is the same message, however often it is sent
  show ID                one message, with its ticks; also by WhatsApp's id
  list                   what waits to be sent, and what is uncertain: nobody knows whether it went out
  cancel ID              have it not be sent, while it waits
  resolve ID --as WORD   decide on what is uncertain: sent or failed, as you found out, or resend, be it twice

  --channel ID           phone number id, or name of a session; for all actions

What to send, to whom:
  --to WHO               phone number with its country code, BSUID, or the id of a group of WasenderApi's
  --text TEXT            a text
  --template NAME        or a template, with --language CODE and --category marketing, utility or authentication
  --param TEXT           what stands for its placeholders, in their order, by saying it again; or name=TEXT
  --body FILE            or JSON as Meta's /messages takes it, from a file; - for what comes on stdin

How:
  --key KEY              Idempotency-Key                    [a new one, which is printed]
  --for TIME             not sent after so long, such as 90s, 15m, 2h   [24h; 10m for authentication]
  --campaign             replies go before it
  --force                also where the customer service window is closed, by what is known
  --wait                 show its ticks until it is read, for five minutes at most

For list:
  --state WORD           queued or uncertain                [both]

Which stack:
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region
  --api URL              or by its address; FLOODGATE_API is the same     [the local stack]

  --json                 print JSON, and nothing else: one object, with --wait one a line; errors go to stderr
  --help                 this text

Exit code: 0 if it is done (with --wait: if it was read), 1 if not, 2 for a wrong command line.

Examples:
  npx floodgate message send --channel 106540352242922 --to +5215550001111 --text "Your table is ready" --wait
  npx floodgate message send --channel 106540352242922 --to +5215550001111 --template order_update --language es_MX \\
    --category utility --param Ana --param 4711 --key order-4711
  echo '{"type":"image","image":{"link":"https://shop.example/a.jpg"}}' |
    npx floodgate message send --channel 106540352242922 --to +5215550001111 --body -
  npx floodgate message show --channel 106540352242922 msg_3q2-7wAAAAAAAAAAAAAAAA
  npx floodgate message list --channel 106540352242922 --state uncertain
`;
