import type { Telling, Update, UpdateSpec } from './update-parts.ts';

/** The ways in which one message is told, of which each update takes one. */
export type Family = (spec: UpdateSpec, form: number, tracer: string) => Update;

export function formOf<F>(forms: readonly F[], number: number) {
  const index = number % forms.length;
  const form = forms[index];
  if (form === undefined) throw new Error('there is no form');
  return { form, index };
}

export function told(update: Update, telling: Omit<Telling, 'likeness'>, wamid = ''): Update {
  const { message, as } = telling;
  // The history is told by its content, which is each update's own.
  const likeness = [message, as, wamid, ...(as === 'history' ? [update.tracer] : [])].join(' ');
  return { ...update, telling: { ...telling, likeness } };
}
