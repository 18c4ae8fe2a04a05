import { Annotations, App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import settings from '../../cdk.json' with { type: 'json' };
import { FloodgateStack } from '../../lib/floodgate-stack.ts';
import { loadStage, type Stage } from '../../lib/stage.ts';
import { UNHEARD_WARNING } from '../../lib/watch/alarm-topic.ts';

type Context = Readonly<Record<string, unknown>>;

/** The app as `cdk synth` builds it, but for the bundles. */
export function anApp(context: Context = {}): App {
  const app = new App({
    context: { ...settings.context, 'aws:cdk:bundling-stacks': [], ...context },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  acknowledged(new FloodgateStack(app, 'Floodgate', { stage: loadStage(app.node) }));
  return app;
}

/** As whoever has the alarms heard by another tool than e-mail: nobody hears those of tests. */
export function acknowledged(stack: FloodgateStack): FloodgateStack {
  Annotations.of(stack).acknowledgeWarning(UNHEARD_WARNING, 'nobody hears alarms of tests');
  return stack;
}

const templates = new Map<string, Template>();

/** The template of these settings, made once for all tests. */
export function aTemplate(context: Context = {}): Template {
  const key = JSON.stringify(context);
  const template = templates.get(key) ?? newTemplate(context);
  templates.set(key, template);
  return template;
}

function newTemplate(context: Context): Template {
  const app = new App({
    context: { ...settings.context, 'aws:cdk:bundling-stacks': [], ...context },
    // It takes longer than all else. The tests of the whole app have it.
    builtinCloudFormationValidation: false,
  });
  const stack = new FloodgateStack(app, 'Floodgate', { stage: loadStage(app.node) });
  return Template.fromStack(acknowledged(stack));
}

export function aStage(context: Context = {}): Stage {
  return loadStage(new App({ context }).node);
}

/** The properties of all resources of a type, by readable id. */
export function propertiesOf(template: Template, type: string): Record<string, Properties> {
  const resources = Object.entries(template.findResources(type));
  return Object.fromEntries(
    resources.map(([id, resource]) => [withoutHash(id), readable(resource['Properties'])]),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: a template is whatever the assertion finds in it
type Properties = any;

/** Writes references as text: `<InboxQueue.Arn>`, `https://<Api>/path`. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, readable(v)]));
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = members;
  if (typeof ref === 'string') return `<${withoutHash(ref)}>`;
  if (Array.isArray(attribute)) return `<${withoutHash(attribute[0])}.${attribute[1]}>`;
  if (Array.isArray(join)) return join[1].join(join[0]);
  return members;
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
