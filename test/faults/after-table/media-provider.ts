import { type HttpCall, textOf } from '../http-call.ts';
import { jsonAnswer, type ServiceAnswer } from '../service.ts';
import {
  announcedHash,
  announcedSize,
  GRAPH_TOKEN,
  mimeTypeOf,
  type SimulatedFile,
  WASENDER_KEY,
} from './media-files.ts';

/** How long a URL can be used. */
const URL_MS = 5 * 60_000;
/** Requests for which the token is refused, until somebody renews it. */
const REFUSED_REQUESTS = 3;

const UNKNOWN: ServiceAnswer = graphError(400, 100);

/** Meta's Graph and WasenderApi, as far as they hand out files. */
export class MediaProvider {
  readonly #now: () => number;
  readonly #files: ReadonlyMap<string, SimulatedFile>;
  readonly #asked = new Map<string, number>();
  readonly #opened = new Map<string, number>();

  constructor(files: readonly SimulatedFile[], now: () => number) {
    this.#now = now;
    this.#files = new Map(files.map((file) => [file.tracer, file]));
  }

  act(call: HttpCall): ServiceAnswer {
    const [, root, id = '', usableUntil = ''] = call.path.split('/');
    if (root === 'files') return this.#open(id, Number(usableUntil));
    const isGraph = root === 'v23.0';
    const isAuthorized =
      call.headers['authorization'] === `Bearer ${isGraph ? GRAPH_TOKEN : WASENDER_KEY}`;
    if (!isAuthorized) return graphError(401, 190);
    return isGraph ? this.#askGraph(id) : this.#askWasender(call);
  }

  #askGraph(id: string): ServiceAnswer {
    const file = this.#files.get(id);
    if (file === undefined || file.fate === 'unknown') return UNKNOWN;
    const asked = countIn(this.#asked, id);
    if (file.fate === 'throttled' && asked === 0) return graphError(400, 130429);
    if (file.fate === 'token-refused' && asked < REFUSED_REQUESTS) return graphError(401, 190);
    return jsonAnswer({
      ...{ id, url: this.#urlOf(file, asked), mime_type: mimeTypeOf(file) },
      ...{ sha256: announcedHash(file), file_size: String(announcedSize(file)) },
    });
  }

  #askWasender(call: HttpCall): ServiceAnswer {
    const { data } = JSON.parse(textOf(call));
    const id = String(data.messages.key.id).replace('3EB0', '');
    const file = this.#files.get(id);
    if (file === undefined || file.fate === 'unknown') return status(404);
    const asked = countIn(this.#asked, id);
    if (file.fate === 'throttled' && asked === 0) return status(429);
    if (file.fate === 'token-refused' && asked < REFUSED_REQUESTS) return status(401);
    return jsonAnswer({ success: true, publicUrl: this.#urlOf(file, asked) });
  }

  #urlOf({ tracer, fate }: SimulatedFile, asked: number): string {
    const isExpired = fate === 'expired-url' && asked === 0;
    return `https://provider.example/files/${tracer}/${this.#now() + (isExpired ? 0 : URL_MS)}`;
  }

  #open(id: string, usableUntil: number): ServiceAnswer {
    const file = this.#files.get(id);
    if (file === undefined || this.#now() >= usableUntil) return status(404);
    const opened = countIn(this.#opened, id);
    const headers = { 'content-type': mimeTypeOf(file) };
    const isCut = file.fate === 'cut' && opened === 0;
    return { statusCode: 200, headers, body: file.bytes, isCut };
  }
}

/** How often it was before. */
function countIn(counts: Map<string, number>, id: string): number {
  const before = counts.get(id) ?? 0;
  counts.set(id, before + 1);
  return before;
}

function graphError(statusCode: number, code: number): ServiceAnswer {
  return { ...jsonAnswer({ error: { message: 'simulated', code } }), statusCode };
}

function status(statusCode: number): ServiceAnswer {
  return { ...jsonAnswer({ success: false }), statusCode };
}
