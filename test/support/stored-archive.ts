import { gunzipSync, gzipSync } from 'node:zlib';
import type {
  ListedObject,
  ReadObject,
  StoredObjects,
} from '../../bin/floodgate/forget/stored-objects.ts';
import { archiveLine } from '../../lambda/archive/line.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';

type Fake = Omit<StoredObjects, typeof Symbol.dispose>;

/** Objects in memory; what `onRead` does comes between the reading of one and its replacement. */
export class FakeObjects implements Fake {
  readonly contents = new Map<string, ReadObject>();
  readonly tags = new Map<string, Readonly<Record<string, string>>>();
  onRead: (key: string) => void = () => undefined;
  /** How long each call takes. */
  pause: () => Promise<void> = async () => undefined;
  #writes = 0;

  put(key: string, bytes: Uint8Array): ListedObject {
    this.#writes += 1;
    this.contents.set(key, { bytes, etag: String(this.#writes) });
    return { bucket: 'archive', key, storageClass: undefined };
  }

  putLines(key: string, events: readonly RoutedEvent[]): ListedObject {
    return this.put(key, gzipSync(events.map((event) => `${archiveLine(event)}\n`).join('')));
  }

  /** The lines of all objects that begin so, in the order of their keys. */
  lines(): readonly string[] {
    return [...this.contents]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([, { bytes }]) => gunzipSync(bytes).toString().split('\n'))
      .filter(Boolean);
  }

  all(): readonly ListedObject[] {
    return [...this.contents.keys()].map((key) => ({
      ...{ bucket: 'archive', key, storageClass: undefined },
    }));
  }

  readonly list: Fake['list'] = async (_, prefix) =>
    this.all().filter(({ key }) => key.startsWith(prefix));

  readonly read: Fake['read'] = async ({ key }) => {
    await this.pause();
    const found = this.contents.get(key);
    this.onRead(key);
    return found;
  };

  readonly replace: Fake['replace'] = async ({ key }, { etag }, bytes, tags) => {
    await this.pause();
    if (this.contents.get(key)?.etag !== etag) return false;
    this.put(key, bytes);
    this.tags.set(key, tags);
    return true;
  };

  readonly remove: Fake['remove'] = async ({ key }) => void this.contents.delete(key);
}
