type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one; what is missing or wrong is told of all of them at once. */
export interface EnvironmentReader<Name extends string> {
  readonly text: (name: Name) => string;
  readonly url: (name: Name) => string;
  readonly optionalText: (name: Name) => string | undefined;
  readonly optionalUrl: (name: Name) => string | undefined;
  /** A whole number of at least `min`. */
  readonly count: (name: Name, min: number) => number;
}

/**
 * Reads a function's environment. Throws one error that names every fault, before the first event.
 *
 * By hand, since a schema library takes a tenth of a cold start.
 */
export function readEnvironment<Name extends string, Config>(
  environment: Environment,
  read: (reader: EnvironmentReader<Name>) => Config,
): Config {
  const faults: string[] = [];

  function text(name: Name): string {
    const value = environment[name];
    if (!value) faults.push(`${name} is not set`);
    return value ?? '';
  }

  function optionalText(name: Name): string | undefined {
    return environment[name] || undefined;
  }

  function optionalUrl(name: Name): string | undefined {
    const value = optionalText(name);
    if (value !== undefined && !URL.canParse(value)) faults.push(`${name} is no URL: ${value}`);
    return value;
  }

  function url(name: Name): string {
    optionalUrl(name);
    return text(name);
  }

  function count(name: Name, min: number): number {
    const value = text(name);
    if (value !== '' && !(/^\d{1,9}$/.test(value) && Number(value) >= min)) {
      faults.push(`${name} is no whole number of at least ${min}: ${value}`);
    }
    return Number(value);
  }

  const config = read({ text, url, optionalText, optionalUrl, count });
  if (faults.length > 0) throw new Error(`bad environment: ${faults.join('; ')}`);
  return config;
}
