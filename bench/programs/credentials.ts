import { env } from 'node:process';

const {
  AWS_ACCESS_KEY_ID: accessKeyId = '',
  AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
  AWS_SESSION_TOKEN: sessionToken = '',
} = env;

/** As Lambda gives them. The SDK's clients look for none by themselves where they are bundled as deployed. */
export const credentials = { accessKeyId, secretAccessKey, sessionToken };
