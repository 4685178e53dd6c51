// The key: kept in this tab alone, for as long as the tab lives.

const place = 'trader-data.key';
const listeners = new Set<() => void>();

/** What is known of the key: that there is none, that it is being looked at, or what the service lets it do. */
export type KeyState = 'none' | 'checking' | 'operator' | 'reader' | 'wrong';

let state: KeyState = stored() === null ? 'none' : 'checking';

/** Takes `#key=…` out of the address, once, before anything else looks at it. */
export function takeKeyFromAddress(): void {
  const match = /^#key=([^&]+)(?:&(.*))?$/.exec(location.hash);
  if (match === null) return;
  history.replaceState(null, '', `${location.pathname}${location.search}${match[2] === undefined ? '' : `#${match[2]}`}`);
  setKey(decodeURIComponent(match[1] as string));
}

export function key(): string | null {
  return stored();
}

export function keyState(): KeyState {
  return state;
}

export function setKey(text: string | null): void {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, trimmed);
  setState(trimmed === '' ? 'none' : 'checking');
}

/** Says what came out of a look at a key, unless there is another one by now. */
export function judgeKey(judged: string, as: KeyState): void {
  if (judged === stored() && as !== state) setState(as);
}

export function onKey(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Why actions are not to be had; null when they are. */
export function whyReadOnly(): string | null {
  switch (state) {
    case 'operator': return null;
    case 'checking': return 'The key is being checked';
    case 'reader': return 'This key reads and does no more: this needs the operator key (press K)';
    case 'wrong': return 'The service refused the key: this needs the right one (press K)';
    default: return 'Read-only: this needs the operator key (press K)';
  }
}

function setState(next: KeyState): void {
  state = next;
  for (const listener of [...listeners]) listener();
}

function stored(): string | null {
  return sessionStorage.getItem(place);
}
