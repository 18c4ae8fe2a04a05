import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AwsCall, type AwsStub, startAwsStub } from './aws-stub.ts';
import { type Bundles, buildBundles } from './bundles.ts';
import { functionEnvironment, SETTINGS } from './function-environment.ts';
import { type Outside, startOutside } from './outside.ts';
import { answersSchema, type leftSchema, runProgram } from './processes.ts';
import { selfSigned } from './self-signed.ts';

/** A function that is called with events of its own kind. */
export type CalledFunction =
  | 'ingest'
  | 'processor'
  | 'router'
  | 'deliverer'
  | 'media'
  | 'archiver'
  | 'messages'
  | 'sender'
  | 'ticker';

/** What measurements need: the bundles, and two stubs of AWS for them to call. */
export interface Laboratory extends AsyncDisposable {
  readonly bundles: Bundles;
  /** Without encryption, so that it does not water down the ratios. */
  readonly stub: AwsStub;
  readonly environment: Readonly<Record<string, string>>;
  /** With TLS, as AWS is called. */
  readonly tlsStub: AwsStub;
  readonly tlsEnvironment: Readonly<Record<string, string>>;
  readonly outside: Outside;
  /** Calls a deployed bundle with events in turn, in a fresh process. AWS is called over TLS. */
  readonly call: (
    name: CalledFunction,
    events: readonly object[],
    /** @default only what goes well is */
    answers?: typeof answersSchema | typeof leftSchema,
  ) => Promise<Called>;
}

export interface Called {
  readonly calls: readonly AwsCall[];
  readonly logLines: readonly string[];
}

export async function openLaboratory(): Promise<Laboratory> {
  const opened = new AsyncDisposableStack();
  try {
    const bundles = opened.use(await buildBundles());
    const tls = selfSigned();
    const stub = opened.use(await startAwsStub(SETTINGS, undefined));
    const tlsStub = opened.use(await startAwsStub(SETTINGS, tls));
    const certificate = join(bundles.directory, 'certificate.pem');
    writeFileSync(certificate, tls.certificate);
    const outside = opened.use(await startOutside(tls));
    const tlsEnvironment = {
      ...functionEnvironment(tlsStub.url, outside.graphUrl),
      NODE_EXTRA_CA_CERTS: certificate,
    };
    return {
      ...{ bundles, outside, stub, tlsStub, tlsEnvironment },
      environment: functionEnvironment(stub.url, outside.graphUrl),
      call: async (name, events, answers = answersSchema) => {
        tlsStub.takeCalls();
        const input = { bundle: bundles.path(name), events };
        const program = { path: bundles.path('call'), input, environment: tlsEnvironment };
        const { logLines } = await runProgram(program, answers);
        return { calls: tlsStub.takeCalls(), logLines };
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
