import type { Disposables } from "../../host/disposables.ts";
import type { KeyStore } from "../../host/keyStore.ts";

/**
 * Tells whether the key of an origin was changed or removed, by this window or another one, since it was read. A request
 * goes on with the key that it began with; when that is refused, it matters that it is the old one.
 */
export function watchReplacedKeys(keys: KeyStore, owner: Disposables): (origin: string, key?: string) => boolean {
  /** What is saved now, of the origins whose key changed while this window lives. */
  const saved = new Map<string, string | undefined>();
  owner.add(
    keys.onDidChange((origin) => {
      void keys.get(origin).then((key) => saved.set(origin, key));
    }),
  );
  return (origin, key) => saved.has(origin) && saved.get(origin) !== key;
}
