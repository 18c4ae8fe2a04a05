import { report } from './report.ts';

/** Loads a bundle and says what that took since the process began. */
const [, , bundle = ''] = process.argv;
await import(bundle);
const loadedMs = performance.now();
const { user, system } = process.cpuUsage();
report({ wallMs: loadedMs, cpuMs: (user + system) / 1000 });
