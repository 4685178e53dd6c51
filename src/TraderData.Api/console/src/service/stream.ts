import { parseExact } from '../parts/exact';
import { Fault, request } from './api';

// Bars as they come. Read by fetch: EventSource cannot send a key.

export interface StreamBar { bar_ts: string; open: string; high: string; low: string; close: string; volume: string | null }

export interface StreamListener {
  bar(bar: StreamBar): void;
  provisional(bar: StreamBar): void;
  /** True while events can come. */
  live(isLive: boolean): void;
}

// The service sends a comment after 15 s without a bar: a connection that is silent for longer is dead.
const silenceMs = 40_000;
const waitsMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Follows a series behind a bar until the signal ends it; comes back by itself, behind the last bar that it gave. */
export async function follow(symbol: string, timeframe: string, lastId: string | null, listener: StreamListener, signal: AbortSignal): Promise<void> {
  let [last, tries] = [lastId, 0];
  while (!signal.aborted) {
    try {
      await read(symbol, timeframe, last, {
        ...listener,
        live: (isLive) => { tries = 0; listener.live(isLive); },
        bar: (bar) => { last = bar.bar_ts; listener.bar(bar); },
        provisional: (bar) => listener.provisional(bar),
      }, signal);
    } catch (error) {
      // What the service refuses, it refuses again; whoever asked for the bars has told why.
      if (error instanceof Fault && error.status < 500 && error.status !== 429) {
        listener.live(false);
        return;
      }
    }

    if (signal.aborted) return;
    listener.live(false);
    await pause(waitsMs[Math.min(tries++, waitsMs.length - 1)] as number, signal);
  }
}

async function read(symbol: string, timeframe: string, lastId: string | null, listener: StreamListener, signal: AbortSignal): Promise<void> {
  const query = new URLSearchParams({ symbol, tf: timeframe, include_provisional: 'true' });
  const silence = new AbortController();
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastId !== null) headers['Last-Event-ID'] = lastId;
  const answer = await request(`api/marketdata/stream?${query.toString()}`, { headers, signal: AbortSignal.any([signal, silence.signal]), cache: 'no-store' });
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    listener.live(true);
    const text = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await text.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      const events = (rest + value).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) take(event, listener);
    }
  } finally {
    clearTimeout(timer);
  }
}

function take(event: string, listener: StreamListener): void {
  let [kind, data] = ['message', ''];
  for (const line of event.split('\n')) {
    if (line.startsWith('event: ')) kind = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }

  if (data === '') return;
  if (kind === 'bar') listener.bar(parseExact(data) as StreamBar);
  else if (kind === 'provisional') listener.provisional(parseExact(data) as StreamBar);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    }
  });
}
