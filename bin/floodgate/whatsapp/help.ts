export const WHATSAPP_HELP = `Usage: npx floodgate whatsapp <action> [options]

Be the person at the other end: what the local stack sends goes to phones that are played here. WHO is a phone
number with its country code, or a business-scoped user id such as MX.12345678901234567890.

  list                   everybody who wrote or was written to, and what they got
  show WHO               their phone: messages both ways, with ticks
  write --from WHO       write to the business; its 24-hour window opens
  read WHO               look at what has arrived: its ticks turn blue
  stop WHO               want no marketing messages any more
  resume WHO             want them again

For write:
  --text TEXT            what to write
  --button TEXT          or the quick reply to press
  --reply                answer the last message that they got
  --reply-to ID          or that one
  --name TEXT            what the profile says from now on
  --username NAME        have a username: the number is shown only to businesses that wrote to it within 30 days
  --channel ID           phone number id to write to        [the first one]
  --wasender             write to the WasenderApi session instead

  --url URL              the stand-in's address, as npm start prints it     [the local stack's]
  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Exit code: 0 if it is done (for write, stop and resume: if the stack took the webhook), 1 if not, 2 for a wrong
command line. What becomes of a message follows from the last digits of the number: docs/whatsapp-stand-in.md.

Examples:
  npx floodgate whatsapp write --from 5215550001234 --text "I want to buy"
  npx floodgate whatsapp write --from 5215550001234 --button "Stop" --reply
  npx floodgate whatsapp write --from MX.12345678901234567890 --username sofia --text "hola"
  npx floodgate whatsapp list
  npx floodgate whatsapp show 5215550001234
`;
