// biome-ignore-all lint/style/noProcessEnv: this is where the SDK reads its environment.

/** Configuration from the environment and the code: in Lambda there is no `~/.aws` and no IMDS to ask. */

type Provider<T> = () => Promise<T>;

interface Setting<T> {
  readonly environmentVariableSelector: (env: NodeJS.ProcessEnv, options?: object) => T | undefined;
  readonly default: T | (() => T | Promise<T>);
}

export class ProviderError extends Error {
  override readonly name: string = 'ProviderError';
}

export class CredentialsProviderError extends ProviderError {
  override readonly name = 'CredentialsProviderError';
}

export const CONFIG_PREFIX_SEPARATOR = '.';
export const SelectorType = { ENV: 'env', CONFIG: 'shared config entry' } as const;

export function booleanSelector(source: NodeJS.ProcessEnv, key: string, kind: string) {
  const value = source[key];
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false')
    throw new Error(`${kind} ${key} is not true or false: ${value}`);
  return value === 'true';
}

export function loadConfig<T>(setting: Setting<T>, options?: object): Provider<T> {
  let loaded: Promise<T> | undefined;
  const load = async () =>
    setting.environmentVariableSelector(process.env, options) ?? resolve(setting.default);
  return () => {
    loaded ??= load();
    return loaded;
  };
}

async function resolve<T>(value: T | (() => T | Promise<T>)): Promise<T> {
  return value instanceof Function ? value() : value;
}

export const REGION_ENV_NAME = 'AWS_REGION';
export const REGION_INI_NAME = 'region';
export const DEFAULT_USE_DUALSTACK_ENDPOINT = false;
export const DEFAULT_USE_FIPS_ENDPOINT = false;
export const NODE_REGION_CONFIG_FILE_OPTIONS = {};

export const NODE_REGION_CONFIG_OPTIONS: Setting<string> = {
  environmentVariableSelector: (env) => env[REGION_ENV_NAME],
  default: () => Promise.reject(new Error('AWS_REGION is missing')),
};

export const NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS: Setting<boolean> = {
  environmentVariableSelector: (env) => booleanSelector(env, 'AWS_USE_DUALSTACK_ENDPOINT', 'env'),
  default: false,
};

export const NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS: Setting<boolean> = {
  environmentVariableSelector: (env) => booleanSelector(env, 'AWS_USE_FIPS_ENDPOINT', 'env'),
  default: false,
};

/** `auto` would ask IMDS where it runs; a Lambda function talks to its own region. */
export function resolveDefaultsModeConfig(
  config: { defaultsMode?: string | Provider<string> } = {},
) {
  return async () => {
    const mode =
      (await resolve(config.defaultsMode)) ?? process.env['AWS_DEFAULTS_MODE'] ?? 'legacy';
    return mode === 'auto' ? 'in-region' : mode;
  };
}

interface RegionInput {
  region?: string | Provider<string>;
  useFipsEndpoint?: boolean | Provider<boolean>;
}

/** As the SDK does, but for its pseudo-regions such as `fips-us-east-1`. */
export function resolveRegionConfig<T extends RegionInput>(input: T) {
  const { region, useFipsEndpoint = false } = input;
  if (!region) throw new Error('Region is missing');
  return Object.assign(input, {
    region: () => resolve(region),
    useFipsEndpoint: () => resolve(useFipsEndpoint),
  });
}
