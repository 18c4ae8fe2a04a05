import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CreateEventSourceMappingCommandInput,
  UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import type { CallAws } from '../shared/aws/json-protocol.ts';
import { AwsRequestError } from '../shared/aws/request.ts';
import { memberOf } from '../shared/json/json-source.ts';
import type { MappingSettings } from './endpoint-state.ts';

/** An event source mapping of the deliverer, as Lambda tells of it. */
export interface Mapping {
  readonly id: string;
  readonly queueArn: string;
  /** Whether it reads its queue, or is about to. */
  readonly isOn: boolean;
  /** Whether Lambda is still busy with an earlier change, and takes none. */
  readonly isChanging: boolean;
  /** `MaximumConcurrency`. */
  readonly functions: number | undefined;
}

export interface Mappings {
  /** All of the deliverer's. */
  readonly list: (signal: AbortSignal) => Promise<readonly Mapping[]>;
  /** Makes one, unless the queue has one. Resolves with its id. */
  readonly create: (
    queueArn: string,
    settings: MappingSettings,
    signal: AbortSignal,
  ) => Promise<string>;
  /** False where Lambda is busy with an earlier change, or there is none. */
  readonly change: (
    id: string,
    settings: Partial<MappingSettings>,
    signal: AbortSignal,
  ) => Promise<boolean>;
  /** False where Lambda is busy with it. */
  readonly remove: (id: string, signal: AbortSignal) => Promise<boolean>;
}

/** A batch shares one reading of its subscriber, and its groups one write for its rate. */
const BATCH_SIZE = 10;

/** A queue can be used about a second after it was made; until then Lambda finds none. */
const QUEUE_READY_MS = 1000;
const CREATE_ATTEMPTS = 6;

const STATES_ON = new Set(['Creating', 'Enabling', 'Enabled', 'Updating']);
const STATES_AT_REST = new Set(['Enabled', 'Disabled']);

/**
 * The mappings by which Lambda hands queues to the deliverer.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export function eventSourceMappings(lambda: CallAws, FunctionName: string): Mappings {
  async function list(signal: AbortSignal, of: { EventSourceArn?: string } = {}) {
    const found: Mapping[] = [];
    let Marker: unknown;
    do {
      const input = { FunctionName, ...of, MaxItems: 100, ...(Marker !== undefined && { Marker }) };
      const answer = await lambda('ListEventSourceMappings', input, signal);
      const page = memberOf(answer, 'EventSourceMappings');
      if (Array.isArray(page)) found.push(...page.map(toMapping));
      Marker = memberOf(answer, 'NextMarker') ?? undefined;
    } while (Marker !== undefined && Marker !== '');
    return found;
  }

  /** That of a queue that has one is as good: a try whose answer was lost has made it. */
  async function created(
    input: CreateEventSourceMappingCommandInput & { EventSourceArn: string },
    signal: AbortSignal,
  ): Promise<Mapping> {
    const { EventSourceArn } = input;
    try {
      return toMapping(await lambda('CreateEventSourceMapping', input, signal));
    } catch (error) {
      const isThere = isNamed(error, 'ResourceConflictException');
      const [existing] = isThere ? await list(signal, { EventSourceArn }) : [];
      if (existing !== undefined) return existing;
      throw error;
    }
  }

  async function create(...[input, signal]: Parameters<typeof created>): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await created(input, signal)).id;
      } catch (error) {
        const isEarly = isNamed(error, 'InvalidParameterValueException');
        if (!isEarly || attempt === CREATE_ATTEMPTS) throw error;
      }
      await sleep(QUEUE_READY_MS, undefined, { signal });
    }
  }

  return {
    list: (signal) => list(signal),
    create: async (queueArn, { isOn, functions }, signal) => {
      const input = {
        ...{ FunctionName, EventSourceArn: queueArn, Enabled: isOn, BatchSize: BATCH_SIZE },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: functions },
      } satisfies CreateEventSourceMappingCommandInput;
      return create(input, signal);
    },
    change: (UUID, { isOn, functions }, signal) => {
      const input: UpdateEventSourceMappingCommandInput = {
        UUID,
        ...(isOn !== undefined && { Enabled: isOn }),
        ...(functions !== undefined && { ScalingConfig: { MaximumConcurrency: functions } }),
      };
      return isTaken(lambda('UpdateEventSourceMapping', input, signal), {
        [BUSY]: false,
        [GONE]: false,
      });
    },
    remove: (UUID, signal) =>
      isTaken(lambda('DeleteEventSourceMapping', { UUID }, signal), {
        [BUSY]: false,
        [GONE]: true,
      }),
  };
}

const BUSY = 'ResourceInUseException';
const GONE = 'ResourceNotFoundException';

/** @param refusals what names of errors mean; all others reject */
async function isTaken(
  change: Promise<unknown>,
  refusals: Readonly<Record<string, boolean>>,
): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    const meaning = error instanceof AwsRequestError ? refusals[error.name] : undefined;
    if (meaning === undefined) throw error;
    return meaning;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof AwsRequestError && error.name === name;
}

function toMapping(answer: unknown): Mapping {
  const id = memberOf(answer, 'UUID');
  const queueArn = memberOf(answer, 'EventSourceArn');
  const state = memberOf(answer, 'State');
  const functions = memberOf(memberOf(answer, 'ScalingConfig'), 'MaximumConcurrency');
  if (typeof id !== 'string' || typeof queueArn !== 'string' || typeof state !== 'string') {
    throw new Error('an event source mapping without UUID, EventSourceArn or State');
  }
  return {
    ...{ id, queueArn },
    isOn: STATES_ON.has(state),
    isChanging: !STATES_AT_REST.has(state),
    functions: typeof functions === 'number' ? functions : undefined,
  };
}
