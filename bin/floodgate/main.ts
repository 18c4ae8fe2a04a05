import './older-node.ts';
import { runFloodgate } from './run-floodgate.ts';

/** Runs the command line of this process. */
export async function main(projectFolder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  // Where a reader such as `head` has seen enough, there is nothing left to do.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  process.exitCode = await runFloodgate(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment,
    projectFolder,
  });
}
