export const CHANNEL_HELP = `Usage: npx floodgate channel <action> [options]

What messages are sent from: numbers of Meta's Cloud API, and sessions of WasenderApi. ID is Meta's phone number id,
or the name of the session.

  add ID                 a new one, with its access token; no deployment is needed
  list                   all of them
  show ID                one of them
  update ID              change what the options say
  pause ID               take and send nothing more; what waits goes on waiting
  resume ID              send what waits, and what comes
  check ID               ask the provider what it says of the channel: each fault with its mend
  remove ID --yes        remove it, and its token; it has to be paused, and nothing may wait

Which, for add and update:
  --provider NAME        meta or wasender, for add                              [meta]
  --tenant NAME          whose it is                                            [default]
  --account ID           the WhatsApp Business Account, which check looks at
  --portfolio ID         the business portfolio
  --number DIGITS        the phone number, with its country code

How fast:
  --rate R               messages a second that the provider allows, up to 1000, or one of
                           standard     80: a number of Meta's                  [so it is of meta]
                           high         1000: after Meta's upgrade
                           coexistence  20: in use in the WhatsApp Business app too
                           paid         256 a minute: a session of a paid plan  [so it is of wasender]
                           protected    one in 5 seconds: Account Protection is on
                         One lane sends up to 100 a second. Where a rate changes the number of lanes, the channel
                         has to be paused with --drain first, until nothing waits
  --share S              how much of that sending may use, such as 95%          [95%]

How:
  --marketing-route NAME messages or marketing_messages: where marketing templates go
  --uncertain NAME       leave or resend: what becomes of a message whose answer was lost, after an hour
                         without a status                                       [leave]

What is kept of what comes to it; without these, or with the word stage, as the stage's settings say:
  --keep KINDS           files: all, none, or some of image, video, audio, document, sticker, with commas
  --max-megabytes N      files of up to so many MB, at most 100
  --retention-days N     rows, for so many days from 8 on, and no longer than anything of the stage is kept

The access token (of a session: its API key), for add and update. It is typed unseen, or read from stdin, and goes to
Parameter Store by your own credentials, encrypted; it is never an argument, and never passes the API:
  --token-stdin          read it from stdin
  --no-token             for add: leave alone what is there

For pause:
  --drain                take nothing more, and send what waits

Which stack:
  --stack NAME           in AWS, such as Floodgate-production, by your credentials and Region
  --api URL              or by its address, where no token is needed; FLOODGATE_API is the same [the local stack]

  --json                 print one JSON object, and nothing else; errors go to stderr
  --help                 this text

Exit code: 0 if it is done (for check: if nothing is at fault), 1 if not, 2 for a wrong command line.

Examples:
  npx floodgate channel add 900000000000100 --account 900000000000001 --stack Floodgate-production
  npx floodgate channel add shop --provider wasender --rate protected --token-stdin < api-key.txt
  npx floodgate channel check 900000000000100
  npx floodgate channel update 900000000000100 --token-stdin < new-token.txt
  npx floodgate channel pause shop --drain
`;
