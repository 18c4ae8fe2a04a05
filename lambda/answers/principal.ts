import { decoded } from './parameters.ts';

const ARN = /^arn:[\w-]+:(?:iam|sts)::(\d{12}):(assumed-role|user|root)(?:\/(.+))?$/;

/**
 * Who calls, as IAM knows them within the account: `role/shop-bot`, whatever the session is called, or
 * `user/ana`. Undefined for whoever is of another account, or of no kind that can be told.
 *
 * Names are of one role or user whatever their path, which an assumed role's ARN lacks.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function principalOf(userArn: string, account: string): string | undefined {
  const [, of, kind, names = ''] = ARN.exec(userArn) ?? [];
  if (of !== account) return undefined;
  if (kind === 'root') return 'root';
  const parts = names.split('/');
  const name = kind === 'user' ? parts.at(-1) : parts[0];
  return name ? `${kind === 'user' ? 'user' : 'role'}/${name}` : undefined;
}

/** A principal as a path has it; undefined for what is none. */
export function principalParameter(text = ''): string | undefined {
  // Of what names may have, a plus alone is lost where something decodes the path as a form.
  const principal = decoded(text).replaceAll(' ', '+');
  return PRINCIPAL.test(principal) ? principal : undefined;
}

const PRINCIPAL = /^(?:(?:role|user)\/[\w+=,.@-]{1,64}|root)$/;
