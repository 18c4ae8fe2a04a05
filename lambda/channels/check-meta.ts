import { memberOf } from '../shared/json/json-source.ts';
import type { Ask, ProviderAnswer } from './ask.ts';
import { type CheckedNumber, checkNumber, NUMBER_FIELDS } from './check-number.ts';
import { bad, type Finding, good, judged, listAt, stopping, wordAt } from './finding.ts';

/** What Meta says of a number by its token. @param nowMs when, in ms since 1970 */
export async function checkMeta(
  channel: CheckedNumber,
  token: string,
  ask: Ask,
  nowMs: number,
): Promise<readonly Finding[]> {
  const { id, accountId } = channel;
  const debug = await ask(`/debug_token?input_token=${encodeURIComponent(token)}`);
  const tokenFindings = checkToken(debug, id, nowMs);
  if (memberOf(memberOf(debug.json, 'data'), 'is_valid') !== true) return tokenFindings;
  const app = wordAt(debug.json, 'data', 'app_id');
  const number = await ask(`/${id}?fields=${NUMBER_FIELDS.join(',')}`);
  return [
    ...tokenFindings,
    ...checkNumber(number, channel),
    accountId === undefined || accountId === null
      ? bad('subscription', 'nobody said of which account the number is', accountMend(id))
      : checkSubscription(await ask(`/${accountId}/subscribed_apps`), app),
    checkFields(await ask(`/${app}/subscriptions`)),
  ];
}

function accountMend(id: string): string {
  return `npx floodgate channel update ${id} --account WABA`;
}

/** What to do for a number whose token is not there, or does not do. */
function tokenMend(id: string): string {
  return `make a token of a system user, then: npx floodgate channel update ${id} --token-stdin`;
}

const SCOPES = ['whatsapp_business_messaging', 'whatsapp_business_management'];
/** Graph's code for a token that has ended, or was taken back. */
const DEAD = '190';
const WEEK_MS = 7 * 86_400_000;

function checkToken({ status, json }: ProviderAnswer, id: string, nowMs: number): Finding[] {
  const mend = tokenMend(id);
  const data = memberOf(json, 'data');
  if (memberOf(data, 'is_valid') !== true) {
    const why = wordAt(data, 'error', 'message') || wordAt(json, 'error', 'message');
    const found = `it is not valid: ${why || `Meta answers ${status}`}`;
    const isDead = memberOf(data, 'is_valid') === false || wordAt(json, 'error', 'code') === DEAD;
    return [isDead ? stopping('token', 'token', found, mend) : bad('token', found, mend)];
  }
  const scopes = listAt(data, 'scopes');
  const missing = SCOPES.filter((scope) => !scopes.includes(scope));
  return [
    judged(
      'token',
      missing.length === 0,
      missing.length === 0 ? 'valid' : `it lacks ${missing.join(', ')}`,
      mend,
    ),
    checkEnd(Number(wordAt(data, 'expires_at')) * 1000, mend, nowMs),
  ];
}

function checkEnd(endMs: number, mend: string, nowMs: number): Finding {
  if (!(endMs > 0)) return good('token-end', 'it never ends');
  return judged(
    'token-end',
    endMs - nowMs > WEEK_MS,
    `it ends ${new Date(endMs).toISOString()}`,
    mend,
  );
}

function checkSubscription({ status, json }: ProviderAnswer, app: string): Finding {
  const mend = 'subscribe the app to the account: POST /WABA/subscribed_apps';
  if (status !== 200) return bad('subscription', wordAt(json, 'error', 'message'), mend);
  const apps = listAt(json, 'data').map((one) => wordAt(one, 'whatsapp_business_api_data', 'id'));
  return judged(
    'subscription',
    apps.includes(app),
    apps.includes(app) ? 'the app gets the webhooks of the account' : `the app ${app} gets none`,
    mend,
  );
}

/** Without which sending does not learn what became of a message, or of a number. */
const FIELDS = [
  ...['messages', 'user_preferences', 'user_id_update', 'message_template_status_update'],
  ...['phone_number_quality_update', 'account_update'],
];

/** A token of a system user may be shown nothing of the app: then nobody knows. */
function checkFields({ status, json }: ProviderAnswer): Finding {
  const place = 'the dashboard of the app, WhatsApp, Configuration';
  if (status !== 200) return good('fields', `not shown to this token: see ${place}`);
  const ours = listAt(json, 'data').find(
    (one) => wordAt(one, 'object') === 'whatsapp_business_account',
  );
  const names = listAt(ours, 'fields').map((field) => wordAt(field, 'name'));
  const missing = FIELDS.filter((field) => !names.includes(field));
  const found = missing.length === 0 ? 'all that are needed' : `missing ${missing.join(', ')}`;
  return judged('fields', missing.length === 0, found, `subscribe to them in ${place}`);
}
