/** What stands behind the name of a view in the address: `#/chart/BTCUSDT/1h?as_of=…`. */
export interface Place {
  view: string;
  path: string[];
  query: URLSearchParams;
}

/** One of the page's views, as long as it is shown. */
export interface View {
  element: HTMLElement;
  /** Called when it is opened, and when the address changes within it. */
  show(place: Place): void;
  /** Called when what is shown may be old: the service is back, or there is another key. */
  refresh(): void;
  /** Ends all that it follows. */
  close(): void;
}

export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view = '', ...rest] = path.split('/').map(decode);
  return { view, path: rest.filter((part) => part !== ''), query: new URLSearchParams(query) };
}

export function addressOf(view: string, path: string[] = [], query: Record<string, string | undefined> = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '');
  const text = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
  return `#/${[view, ...path].map(encodeURIComponent).join('/')}${text}`;
}

// What somebody typed into the address need not be well formed.
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
