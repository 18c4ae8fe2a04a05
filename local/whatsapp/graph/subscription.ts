import { BUSINESS } from '../business.ts';
import { ok, type Reaction } from '../exchange.ts';
import type { World } from '../world.ts';

/** Fields of `whatsapp_business_account` to which the app is subscribed. */
const FIELDS = [
  ...['messages', 'user_preferences', 'user_id_update', 'message_template_status_update'],
  ...['message_template_quality_update', 'phone_number_quality_update', 'account_update'],
  ...['business_capability_update', 'account_alerts', 'security'],
];
/** That of the webhooks, whatever version the calls have. */
const WEBHOOK_VERSION = 'v23.0';
const SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging'];

/** Which apps get the account's webhooks. */
export function listSubscribedApps({ isSubscribed }: World): Reaction {
  const { app: id, name } = BUSINESS;
  const link = `https://www.facebook.com/games/?app_id=${id}`;
  return ok({ data: isSubscribed ? [{ whatsapp_business_api_data: { id, name, link } }] : [] });
}

export function setSubscribed(world: World, isSubscribed: boolean): Reaction {
  world.isSubscribed = isSubscribed;
  return ok({ success: true });
}

/** To what the app is subscribed, and where its webhooks go. */
export function listSubscriptions(callbackUrl: string): Reaction {
  const fields = FIELDS.map((name) => ({ name, version: WEBHOOK_VERSION }));
  const one = { object: 'whatsapp_business_account', callback_url: callbackUrl, active: true };
  return ok({ data: [{ ...one, fields }] });
}

/** What a token may do, and until when. */
export function debugToken(world: World, token: string): Reaction {
  const isOurs = token === world.tokens.meta;
  const isValid = isOurs && world.rules.token === 'valid';
  const reach = { target_ids: [BUSINESS.account] };
  return ok({
    data: {
      ...{ app_id: BUSINESS.app, application: BUSINESS.name, type: 'SYSTEM_USER' },
      ...{ is_valid: isValid, expires_at: 0, data_access_expires_at: 0 },
      scopes: isOurs ? SCOPES : [],
      granular_scopes: isOurs ? SCOPES.map((scope) => ({ scope, ...reach })) : [],
      ...(!isValid && {
        error: { code: 190, message: 'Error validating access token', subcode: 463 },
      }),
    },
  });
}
