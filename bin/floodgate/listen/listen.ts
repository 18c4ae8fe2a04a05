import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, openApi } from '../stack/api-client.ts';
import { findStack, reasonOf, type StackAddress } from '../stack/deployed-stack.ts';
import { drawSecret, drawSubscriber } from '../subscriber/draw.ts';
import { span } from '../terminal/columns.ts';
import { type Surroundings, UnavailableError } from '../terminal/command.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import { eventJson, eventLine } from './event-line.ts';
import { forwardEvents, POST_MS } from './forward-events.ts';
import { type ListenQueue, type ListenQueues, openListenQueues } from './listen-queue.ts';
import {
  type Listener,
  openListener,
  removeListeners,
  sayListening,
  secretsOf,
} from './listener.ts';
import { type ListenOptions, type ListenTyped, readListenOptions } from './options.ts';
import { postEvent } from './post-event.ts';
import { queueNameOf } from './queue-settings.ts';
import { watchSleep } from './sleep-watch.ts';

export async function listen(typed: ListenTyped, surroundings: Surroundings): Promise<number> {
  const options = readListenOptions(typed);
  const stack = await findStack(options.stack, surroundings);
  using queues = await openListenQueues(stack);
  const api = await openApi({ api: stack.api }, surroundings);
  const queueName = queueNameOf(stack, options.name);
  const work = { options, stack, queues, api, queueName, surroundings };
  return options.action === 'remove' ? await remove(work) : await forward(work);
}

interface Work {
  readonly options: ListenOptions;
  readonly stack: StackAddress;
  readonly queues: ListenQueues;
  readonly api: ApiClient;
  readonly queueName: string;
  readonly surroundings: Surroundings;
}

async function forward({ options, stack, queues, api, queueName, surroundings }: Work) {
  const { name, wishes, forwardTo, isJson, isVerbose } = options;
  const { stdout, stderr } = surroundings;
  using interrupt = onInterrupt();
  const queue = await queues.open(queueName);
  const listener = await openListener(api, { name, queueUrl: queue.url, wishes });
  stdout.write(await greeting(listener, queue, stack, options, stdout));

  const notice = (text: string) => void (isJson ? stderr : stdout).write(`${text}\n`);
  const say = () =>
    sayListening(api, listener.subscriber.id).catch((error: unknown) =>
      notice(`the stack does not know that you listen: ${reasonOf(error)}`),
    );
  using _timer = every(SAY_EVERY_MS, say);
  using _watch = watchSleep((ms) => {
    notice(`this machine slept for ${span(ms)}: what came waits`);
    void say();
  });
  interrupt.signal.addEventListener('abort', () =>
    notice('ending, once what goes out is answered'),
  );
  const target = { url: forwardTo, secrets: secretsOf(listener.secret), timeoutMs: POST_MS };
  await forwardEvents(interrupt.signal, {
    ...queue,
    post: (event) => postEvent(event, target),
    show: (event, posted) =>
      void stdout.write(
        isJson
          ? `${JSON.stringify(eventJson(event, posted, isVerbose))}\n`
          : eventLine(event, posted, isVerbose, stdout),
      ),
    notice,
    sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    now: Date.now,
  });
  notice(
    `ended: what comes within a day waits, after that the listener is removed; --remove --name ${name} drops it`,
  );
  return 0;
}

const SAY_EVERY_MS = 10 * 60_000;

function every(ms: number, run: () => void): Disposable {
  const timer = setInterval(run, ms);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function greeting(
  { subscriber, secret, isFound }: Listener,
  queue: ListenQueue,
  stack: StackAddress,
  { name, forwardTo, isJson }: ListenOptions,
  stream: NodeJS.WritableStream,
): Promise<string> {
  const waiting = await queue.count();
  const isAnew = queue.wasThere && !isFound;
  if (isJson) return `${JSON.stringify({ subscriber, secret, waiting, isAnew })}\n`;
  const before = [
    ...(isAnew ? [REMOVED] : []),
    ...(waiting === 0 ? [] : [`Waiting from before: about ${waiting}.`]),
  ];
  return [
    drawSubscriber(subscriber, stream) + drawSecret(secret, subscriber, stream).trimEnd(),
    `Events of ${stack.name} go to ${forwardTo}, by the name ${name}. Ctrl-C ends it.`,
    ...before,
    '',
  ].join('\n');
}

const REMOVED =
  'It is made anew: nobody had read it for a day, so it was removed. What came since then it does not get.';

/** The subscriber first: a queue that is missing would be one that fails. */
async function remove({ options, queues, api, queueName, surroundings }: Work): Promise<number> {
  const { name, isJson } = options;
  const subscribers = await removeListeners(api, queueName);
  const hadQueue = await queues.remove(queueName);
  if (subscribers === 0 && !hadQueue) {
    throw new UnavailableError(`nobody listens by the name ${name}: there is no ${queueName}`);
  }
  const text = `Removed the listener ${name}, and what waited for it.\n`;
  surroundings.stdout.write(isJson ? `${JSON.stringify({ removed: name })}\n` : text);
  return 0;
}
