import { parseArgs } from 'node:util';

const USAGE = `Runs Floodgate on this machine: the code and wiring that cdk deploy would deploy.

npm start [-- OPTIONS]
  --port N         port of the HTTP API (default: PORT, or 3000)
  --verbose        shows every answer, batch and line of the functions
  --assembly DIR   runs what cdk synth wrote there, instead of building
  --keep DIR       keeps in a folder what is there, for the next start with the same --keep: table and its change
                   stream, queues, objects, secrets, parameters, event source mappings, the stand-in for WhatsApp,
                   the clock. Each is written before it is answered, so that a crash loses nothing that was answered:
                   what functions had in hand is handed to them anew. Logs, metrics, and an upload of several parts
                   that was not completed are not kept. A power cut may lose the last moments.
  --help           shows this

Environment: PORT, META_VERIFY_TOKEN, META_APP_SECRETS and WASENDER_SECRETS (both comma-separated),
MAPPING_SWITCH_MS (how long Lambda takes to switch an event source mapping; default 100, in AWS up to 60000)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['PORT'] || '3000' },
      verbose: { type: 'boolean', default: false },
      assembly: { type: 'string' },
      keep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const port = readPort(values.port);
  // Loaded here, so that a missing package is told like any other fault.
  const { runLocalStack } = await import('../local/run.ts');
  await runLocalStack({
    port,
    verbose: values.verbose,
    assembly: values.assembly,
    providers: {
      metaVerifyToken: process.env['META_VERIFY_TOKEN'] || 'local-verify-token',
      metaAppSecrets: list(process.env['META_APP_SECRETS'] || 'local-app-secret'),
      wasenderSecrets: list(process.env['WASENDER_SECRETS'] || 'local-wasender-secret'),
    },
    keep: values.keep,
    switchMs: readSwitchMs(process.env['MAPPING_SWITCH_MS'] || undefined),
    write: (line) => console.log(line),
    colours: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  });
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new Error(`${text} is not a port`);
}

function readSwitchMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new Error(
    `MAPPING_SWITCH_MS is ${text}, which is no number of milliseconds below a million`,
  );
}

function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `port ${error.port} is in use; choose another with --port`;
  }
  if ('code' in error && error.code === 'EACCES' && 'port' in error) {
    return `port ${error.port} is not for you to open: choose one above 1023 with --port`;
  }
  if ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
    return `${error.message.split('\n')[0]}; run npm ci first`;
  }
  return error.message;
}

try {
  await main();
} catch (error) {
  console.error(`floodgate: ${explain(error)}`);
  process.exit(1);
}
