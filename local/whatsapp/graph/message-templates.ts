import { digits } from '../../traffic/random.ts';
import { ok, type Reaction } from '../exchange.ts';
import { WITH_INPUT } from '../issue-text.ts';
import { plan } from '../outbox.ts';
import { type Template, templateSchema } from '../templates.ts';
import type { World } from '../world.ts';
import { graphError } from './errors.ts';
import { parameterRefusal } from './parameters.ts';

const FILTERS = ['name', 'language', 'status', 'category'] as const;
const PAGE = 25;

/** The account's templates, page by page. */
export function listTemplates({ templates }: World, query: URLSearchParams): Reaction {
  const wanted = templates.filter((template) =>
    FILTERS.every((filter) => (query.get(filter) ?? template[filter]) === template[filter]),
  );
  const limit = Number(query.get('limit')) || PAGE;
  const start = Number(query.get('after')) || 0;
  const data = wanted.slice(start, start + limit).map(shown);
  const hasMore = start + limit < wanted.length;
  const after = String(start + data.length);
  return ok({ data, ...(hasMore && { paging: { cursors: { before: String(start), after } } }) });
}

function shown(template: Template) {
  const { id, name, language, status, category, parameter_format, components } = template;
  const { createdAt, bid_spec } = template;
  return {
    ...{ id, name, language, status, category, parameter_format, components },
    ...(bid_spec !== undefined && { bid_spec }),
    ...(Number.isFinite(createdAt) && { last_updated_time: new Date(createdAt).toISOString() }),
  };
}

const EXISTS = 2_388_024;

/** Makes a template, which is reviewed before it is approved. */
export function createTemplate(world: World, json: unknown, now: number): Reaction {
  const { data, error } = templateSchema.safeParse(json, WITH_INPUT);
  if (data === undefined) return graphError(parameterRefusal(error));
  const { templates, random, rules } = world;
  if (templates.some(({ name, language }) => name === data.name && language === data.language)) {
    const details = `there is content in ${data.language} for the template ${data.name} already`;
    return graphError({ code: 100, subcode: EXISTS, details });
  }
  const status = rules.templateReviewMs === 0 ? 'APPROVED' : 'PENDING';
  const id = digits(random, 16);
  const made: Template = { ...data, id, createdAt: now, taken: 0, status };
  templates.push(made);
  if (status === 'PENDING') planReview(world, made, now + rules.templateReviewMs);
  return ok({ id, status, category: data.category });
}

/** Plans that a template is approved, and that Meta says so. */
function planReview({ outbox }: World, template: Template, at: number): void {
  const value = {
    ...{ event: 'APPROVED', reason: 'NONE', message_template_id: Number(template.id) },
    message_template_name: template.name,
    message_template_language: template.language,
    message_template_category: template.category,
  };
  const change = { value, field: 'message_template_status_update' };
  plan(outbox, { at, about: template.id, update: { provider: 'meta', change } });
}

/** Approves what has been reviewed by now. */
export function reviewTemplates({ templates, rules }: World, now: number): void {
  for (const template of templates) {
    const isDone = now - template.createdAt >= rules.templateReviewMs;
    if (template.status === 'PENDING' && isDone) template.status = 'APPROVED';
  }
}
