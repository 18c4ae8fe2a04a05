import { ApiError } from '../aws/json-protocol.ts';
import type { LocalTemplate, Resource } from '../template/template.ts';
import { type Narrowing, narrowingsOf } from './condition.ts';
import { expressionOf } from './pattern.ts';

/** What IAM decides on: may this be done with that? */
export interface Call {
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  readonly resource: string;
  /** Of a call to a table the partition that it is about, where it says which. */
  readonly leadingKey?: string | undefined;
  /** Of a call to an event source mapping the function that it is for. */
  readonly functionArn?: string | undefined;
}

/** One action on one resource of a statement, as it is written there; for all that it is not narrowed to. */
export interface Right extends Pick<Call, 'action' | 'resource'>, Narrowing {
  readonly functionName: string;
}

interface Grant {
  readonly right: Right;
  readonly covers: (call: Call) => boolean;
}

interface Role {
  readonly name: string;
  readonly allowed: readonly Grant[];
  readonly denied: readonly Grant[];
}

type Statement = Resource<'policy'>['PolicyDocument']['Statement'][number];

/**
 * The rights of the functions by the policies of their roles, and which of them were used.
 *
 * Only what a role's own statements say; policies of resources are AWS's.
 */
export class Rights {
  readonly #roles = new Map<string, Role>();
  readonly #used = new Set<Right>();
  readonly #refused: Right[] = [];
  readonly #onRefused: (functionName: string, message: string) => void;

  constructor(onRefused: (functionName: string, message: string) => void = () => undefined) {
    this.#onRefused = onRefused;
  }

  /** Throws for a role whose rights cannot be known from the template. */
  readRoles({ function: functions, role: roles, policy: policies }: LocalTemplate): void {
    for (const { name, Role: roleArn } of functions) {
      const role = roles.find(({ arn }) => arn === roleArn);
      if ((role?.ManagedPolicyArns.length ?? 0) > 0) {
        throw new Error(`${role?.logicalId}: the local stack has no managed policies`);
      }
      const own = policies.filter(({ Roles }) => role !== undefined && Roles.includes(role.ref));
      const statements = [...own, ...(role?.Policies ?? [])].flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      );
      const of = (effect: Statement['Effect']) =>
        statements.filter(({ Effect }) => Effect === effect).flatMap((one) => grantsOf(name, one));
      this.#roles.set(name, {
        name: role?.name ?? 'no role',
        ...{ allowed: of('Allow'), denied: of('Deny') },
      });
    }
  }

  get granted(): readonly Right[] {
    return [...this.#roles.values()].flatMap(({ allowed }) => allowed.map(({ right }) => right));
  }

  /** Rights that no call needed so far. */
  get unused(): readonly Right[] {
    return this.granted.filter((right) => !this.#used.has(right));
  }

  get refused(): readonly Right[] {
    return this.#refused;
  }

  /**
   * Throws what AWS answers where a function's role does not allow a call. Anybody who is no function
   * may do anything.
   */
  use(functionName: string, call: Call): void {
    const role = this.#roles.get(functionName);
    if (role === undefined) return;
    const grant = role.allowed.find(({ covers }) => covers(call));
    if (grant !== undefined && !role.denied.some(({ covers }) => covers(call))) {
      this.#used.add(grant.right);
      return;
    }
    this.#refused.push({ functionName, action: call.action, resource: call.resource });
    const message = `User: ${role.name}/${functionName} is not authorized to perform: ${call.action} on resource: ${call.resource}`;
    this.#onRefused(functionName, message);
    throw new ApiError('AccessDeniedException', message);
  }
}

function grantsOf(
  functionName: string,
  { Action, Resource, Condition, ...others }: Statement,
): Grant[] {
  const narrowings = narrowingsOf(Condition);
  // Not to look at it would let too much pass.
  const unknown = Object.keys(others).find((member) => !['Effect', 'Sid'].includes(member));
  if (unknown !== undefined || narrowings === undefined) {
    throw new Error(
      `${functionName}: the local stack knows no ${unknown ?? 'such Condition'} in the policy of a role`,
    );
  }
  return [Action].flat().flatMap((action) =>
    [Resource].flat().flatMap((resource) =>
      // Each its own right, so that one which no call needs shows.
      narrowings.map((narrowing) => grantOf({ functionName, action, resource, ...narrowing })),
    ),
  );
}

function grantOf(right: Right): Grant {
  const action = expressionOf(right.action, 'i');
  const resource = expressionOf(right.resource);
  const isPartition = narrowedTo(right.partition);
  const isFunction = narrowedTo(right.functionArn);
  return {
    right,
    covers: (call) =>
      action.test(call.action) &&
      resource.test(call.resource) &&
      isPartition(call.leadingKey) &&
      isFunction(call.functionArn),
  };
}

function narrowedTo(pattern: string | undefined): (value: string | undefined) => boolean {
  if (pattern === undefined) return () => true;
  const expression = expressionOf(pattern);
  // AWS lets pass what names no key of a table. Here that is a call whose key is not read, so it may not.
  return (value) => value !== undefined && expression.test(value);
}
