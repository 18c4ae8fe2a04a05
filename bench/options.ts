import { parseArgs } from 'node:util';

export interface Options {
  readonly isJson: boolean;
  readonly isQuick: boolean;
  /** Names of the measurements to make. */
  readonly only: readonly string[];
  /** Whether a figure that is not reached makes the exit code 1. */
  readonly fails: boolean;
  readonly wantsHelp: boolean;
}

/** Reads the command line. Throws one line that says what is wrong with it. */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      'no-fail': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only.flatMap((value) => value.split(','));
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`no measurement is called ${unknown}; there are ${names.join(', ')}`);
  }
  return {
    isJson: values.json,
    isQuick: values.quick,
    only: only.length === 0 ? names : only,
    fails: !values['no-fail'],
    wantsHelp: values.help,
  };
}
