import type { RequestTaker } from '../http/front.ts';
import { splitUrl } from '../http/routes.ts';
import { consolePath } from './paths.ts';
import type { ConsoleOptions } from './serve-console.ts';

/** The console of a stack that starts no later for it: all that it needs is loaded when somebody looks. */
export function lazyConsole(options: ConsoleOptions): RequestTaker {
  let loading: Promise<RequestTaker> | undefined;
  return (request, response) => {
    if (consolePath(splitUrl(request).path) === undefined) return false;
    loading ??= import('./serve-console.ts').then(({ serveConsole }) => serveConsole(options));
    loading.then(
      (take) => take(request, response),
      (error) => {
        options.onFault(error);
        response.destroy();
      },
    );
    return true;
  };
}
