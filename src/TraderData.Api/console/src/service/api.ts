import { parseExact } from '../parts/exact';
import { find, lose } from './connection';
import { judgeKey, key, keyState } from './key';

/** The service answered, with an error that it explains. */
export class Fault extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly sentKey: boolean) {
    super(message);
  }
}

/** The service did not answer. */
export class Lost extends Error {
  constructor() {
    super('The service does not answer.');
  }
}

type Query = Record<string, string | number | undefined>;

const unauthorized = new Set<(fault: Fault) => void>();

/** Tells of every answer that wanted a key, or another one. */
export function onUnauthorized(listener: (fault: Fault) => void): void {
  unauthorized.add(listener);
}

export function pathOf(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => [name, String(value)]);
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs as string[][]).toString()}`;
}

/** Sends a request with the key, if there is one; fails with a Fault or as Lost. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  // One that was refused is not sent again: the service counts wrong keys, and reading may need none.
  const sent = keyState() === 'wrong' ? null : key();
  if (sent !== null) headers.set('Authorization', `Bearer ${sent}`);
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    lose();
    throw new Lost();
  }

  find();
  if (answer.ok) return answer;
  const fault = await faultOf(answer, sent !== null);
  if (fault.status === 401) {
    if (sent !== null) judgeKey(sent, 'wrong');
    for (const listener of unauthorized) listener(fault);
  }

  throw fault;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await (await request(pathOf(path, query), withSignal(signal))).json()) as T;
}

/** As get, with numbers as the text that the server wrote. */
export async function getExact<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return parseExact(await (await request(pathOf(path, query), withSignal(signal))).text()) as T;
}

export async function getText(path: string, query: Query = {}, signal?: AbortSignal): Promise<string> {
  return (await request(pathOf(path, query), withSignal(signal))).text();
}

export async function post<T>(path: string, body?: unknown): Promise<T> {
  const init: RequestInit = body === undefined ? { method: 'POST' } : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return (await (await request(path, init)).json()) as T;
}

export async function remove(path: string): Promise<void> {
  await request(path, { method: 'DELETE' });
}

function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal === undefined ? {} : { signal };
}

async function faultOf(answer: Response, sentKey: boolean): Promise<Fault> {
  try {
    const body = (await answer.json()) as { error?: string; message?: string };
    return new Fault(answer.status, body.error ?? 'HTTP', body.message ?? `the service answered ${answer.status}`, sentKey);
  } catch {
    return new Fault(answer.status, 'HTTP', `the service, or a proxy before it, answered ${answer.status} ${answer.statusText}`, sentKey);
  }
}
