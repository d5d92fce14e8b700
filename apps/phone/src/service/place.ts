import { fieldsOf, textOf } from '../model/read';

/** Where the data lives: at home behind this very address, or in the operator's own project. */
export type Place =
  | { readonly mode: 'home'; readonly databaseUrl: string; readonly namespace: string }
  | { readonly mode: 'cloud'; readonly firebase: Readonly<Record<string, string>> };

/** Reads /outcry.json; throws an Error that names what is wrong. */
export function readPlace(value: unknown, origin: string): Place {
  const x = fieldsOf(value);
  if (x?.['mode'] === 'home') {
    return {
      mode: 'home',
      databaseUrl: textOf(x['databaseUrl']) || origin,
      namespace: textOf(x['namespace']) || 'outcry',
    };
  }
  const config = fieldsOf(x?.['firebase']);
  if (x?.['mode'] === 'cloud' && config) {
    const firebase: Record<string, string> = {};
    for (const [name, setting] of Object.entries(config))
      if (typeof setting === 'string') firebase[name] = setting;
    for (const name of ['apiKey', 'databaseURL', 'projectId'])
      if (!firebase[name]) throw new Error(`outcry.json: firebase.${name} is missing`);
    return { mode: 'cloud', firebase };
  }
  throw new Error('outcry.json: expected "mode" to be "home", or "cloud" with "firebase"');
}

const kept = 'outcry.place';

/** What the last visit was told; undefined when there was none. */
export function lastPlace(storage: Storage, origin: string): Place | undefined {
  try {
    return readPlace(JSON.parse(storage.getItem(kept) ?? ''), origin);
  } catch {
    return undefined;
  }
}

/**
 * Asks where the data lives. Offline the last answer counts, so that the page opens without a
 * connection; it names places and holds no data.
 */
export async function findPlace(
  fetcher: typeof fetch,
  storage: Storage,
  origin: string,
): Promise<Place> {
  let text: string;
  try {
    const answer = await fetcher('/outcry.json', { cache: 'no-store' });
    if (!answer.ok) throw new Error(`outcry.json: the server answers ${answer.status}`);
    text = await answer.text();
  } catch (error) {
    const last = lastPlace(storage, origin);
    if (!last) throw error;
    return last;
  }
  const place = readPlace(JSON.parse(text), origin);
  storage.setItem(kept, text);
  return place;
}
