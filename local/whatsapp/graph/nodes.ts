import { BUSINESS, type BusinessNumber } from '../business.ts';
import { ok, type Reaction } from '../exchange.ts';
import type { World } from '../world.ts';
import { graphError } from './errors.ts';

/** What `fields` asks for of a node, and its id; without it, what the node shows by itself. */
function readNode(
  kind: string,
  node: Readonly<Record<string, unknown>> & { readonly id: string },
  shown: readonly string[],
  query: URLSearchParams,
): Reaction {
  const asked = query.get('fields')?.split(',') ?? shown;
  const unknown = asked.find((field) => !Object.hasOwn(node, field));
  if (unknown !== undefined) {
    const details = `Tried accessing nonexisting field (${unknown}) on node type (${kind})`;
    return graphError({ code: 100, details });
  }
  const entries = [...asked, 'id'].map((field) => [field, node[field]]);
  return ok(Object.fromEntries(entries));
}

const TIERS = [
  [250, 'TIER_250'],
  [2_000, 'TIER_2K'],
  [10_000, 'TIER_10K'],
  [100_000, 'TIER_100K'],
] as const;

/** The portfolio's limit, in Meta's words. */
export function tierOf({ portfolioLimit }: World['rules']): string {
  return TIERS.find(([limit]) => portfolioLimit <= limit)?.[1] ?? 'TIER_UNLIMITED';
}

const NUMBER_FIELDS = [
  ...['verified_name', 'code_verification_status', 'display_phone_number', 'quality_rating'],
  ...['platform_type', 'throughput', 'last_onboarded_time', 'webhook_configuration'],
];
/** In Meta's words, by the state of a number. */
const CAN_SEND = {
  ...{ CONNECTED: 'AVAILABLE', FLAGGED: 'LIMITED', RESTRICTED: 'LIMITED', BANNED: 'BLOCKED' },
} as const satisfies Record<BusinessNumber['status'], string>;
const HIGH = 1_000;
const COEXISTENCE = 20;

export function readNumber(
  { rules }: World,
  number: BusinessNumber,
  callbackUrl: string,
  query: URLSearchParams,
): Reaction {
  const { id, displayNumber, messagesPerSecond, quality, status } = number;
  const canSend = CAN_SEND[status];
  const isOnPhone = messagesPerSecond === COEXISTENCE;
  const node = {
    id,
    display_phone_number: `+${displayNumber}`,
    verified_name: BUSINESS.name,
    name_status: 'APPROVED',
    new_name_status: 'NONE',
    code_verification_status: 'VERIFIED',
    quality_rating: quality,
    quality_score: { score: quality },
    platform_type: 'CLOUD_API',
    throughput: { level: messagesPerSecond >= HIGH ? 'HIGH' : 'STANDARD' },
    messaging_limit_tier: tierOf(rules),
    whatsapp_business_manager_messaging_limit: tierOf(rules),
    status,
    account_mode: 'LIVE',
    is_official_business_account: false,
    is_on_biz_app: isOnPhone,
    is_pin_enabled: true,
    last_onboarded_time: '2026-01-05T09:00:00+0000',
    webhook_configuration: { application: callbackUrl },
    health_status: {
      can_send_message: canSend,
      entities: [{ entity_type: 'PHONE_NUMBER', id, can_send_message: canSend }],
    },
  };
  return readNode('WhatsAppBusinessPhoneNumber', node, NUMBER_FIELDS, query);
}

export function readAccount({ rules }: World, query: URLSearchParams): Reaction {
  const node = {
    ...{ id: BUSINESS.account, name: BUSINESS.name, timezone_id: '1', currency: 'USD' },
    ...{ message_template_namespace: 'floodgate_local', account_review_status: 'APPROVED' },
    ...{ business_verification_status: 'verified', country: 'US', ownership_type: 'SELF' },
    status: 'ACTIVE',
    owner_business_info: { id: BUSINESS.portfolio, name: BUSINESS.name },
    disable_marketing_messages_on_cloud_api: !rules.marketingOnMessages,
    marketing_messages_onboarding_status: rules.marketingTerms ? 'ONBOARDED' : 'ELIGIBLE',
    whatsapp_business_manager_messaging_limit: tierOf(rules),
  };
  const shown = ['name', 'timezone_id', 'message_template_namespace', 'currency'];
  return readNode('WhatsAppBusinessAccount', node, shown, query);
}

export function readPortfolio({ rules }: World, query: URLSearchParams): Reaction {
  const node = {
    ...{ id: BUSINESS.portfolio, name: BUSINESS.name, verification_status: 'verified' },
    whatsapp_business_manager_messaging_limit: tierOf(rules),
  };
  return readNode('Business', node, ['name'], query);
}

export function listNumbers(world: World, callbackUrl: string, query: URLSearchParams): Reaction {
  const nodes = [...world.numbers.values()].map((number) =>
    readNumber(world, number, callbackUrl, query),
  );
  const refused = nodes.find(({ status }) => status !== 200);
  return refused ?? ok({ data: nodes.map(({ body }) => body) });
}
