import { cpus } from 'node:os';
import { argv, stderr, stdout, version } from 'node:process';
import { isReached, type Measured } from './figure.ts';
import { openLaboratory } from './laboratory.ts';
import { accepted } from './measure/accepted.ts';
import { archive } from './measure/archive.ts';
import { calls } from './measure/calls.ts';
import { campaigns } from './measure/campaigns.ts';
import { cost } from './measure/cost.ts';
import { deliveries } from './measure/deliveries.ts';
import { first } from './measure/first.ts';
import { functions } from './measure/functions.ts';
import { load } from './measure/load.ts';
import { memory } from './measure/memory.ts';
import { sending } from './measure/sending.ts';
import { size } from './measure/size.ts';
import { stack } from './measure/stack.ts';
import { warm } from './measure/warm.ts';
import type { Measurement } from './measurement.ts';
import { type Options, readOptions } from './options.ts';
import { asJson, asText } from './report.ts';

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  ...{
    size,
    load,
    first,
    warm,
    calls,
    functions,
    stack,
    accepted,
    deliveries,
    sending,
    campaigns,
    cost,
    archive,
    memory,
  },
};

const HELP = `Measures what Floodgate takes: time, CPU, calls, dollars. Needs no network and no AWS account.

npm run bench [-- OPTIONS]
  --only NAME  makes only this measurement; may be given again
  --quick      fewer repetitions: a look, not a result
  --json       for programs
  --no-fail    exit code 0 although a figure is not reached
  --help       shows this

Measurements:
${Object.entries(MEASUREMENTS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}  ${summary}`)
  .join('\n')}
`;

async function measure({ only, isQuick }: Options): Promise<Measured[]> {
  await using laboratory = await openLaboratory();
  const measured: Measured[] = [];
  for (const name of only) {
    const show = (text: string) => {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${text}`);
    };
    const onProgress = (done: number, total: number) => show(`${name} ${done}/${total}`);
    onProgress(0, 1);
    const made = await MEASUREMENTS[name]?.run(laboratory, { isQuick, onProgress });
    if (made !== undefined) measured.push(made);
    show('');
  }
  return measured;
}

async function main(): Promise<number> {
  const options = readOptions(argv.slice(2), Object.keys(MEASUREMENTS));
  if (options.wantsHelp) {
    stdout.write(HELP);
    return 0;
  }
  const measured = await measure(options);
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  const surroundings = { at: new Date().toISOString(), node: version, processor };
  stdout.write(
    options.isJson
      ? `${asJson(measured, surroundings)}\n`
      : `Node.js ${version}, ${processor}${options.isQuick ? ', quick' : ''}\n\n${asText(measured)}`,
  );
  const isMissed = measured.some(({ figures }) => figures.some((one) => isReached(one) === false));
  return isMissed && options.fails ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
