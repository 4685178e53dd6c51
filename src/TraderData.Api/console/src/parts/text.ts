// How numbers and times are written. Prices are not touched here: they are shown as the server wrote them.

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return counts.format(value);
}

export function many(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}

/** `2024-01-31 22:00`, with seconds only where they are not zero; UTC. */
export function time(iso: string | number | undefined): string {
  if (iso === undefined) return '–';
  const text = new Date(iso).toISOString();
  const seconds = text.slice(17, 19);
  return `${text.slice(0, 10)} ${text.slice(11, 16)}${seconds === '00' ? '' : `:${seconds}`}`;
}

export function day(iso: string | undefined): string {
  return iso === undefined ? '–' : new Date(iso).toISOString().slice(0, 10);
}

/** The two largest units of a length of time: `3 d 4 h`, `12 min`, `1.3 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const units: [string, number][] = [['y', 31_536_000], ['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];
  const parts: string[] = [];
  let left = Math.round(ms / 1_000);
  for (const [name, seconds] of units) {
    const whole = Math.floor(left / seconds);
    left -= whole * seconds;
    if (whole > 0) parts.push(`${whole} ${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }

  return parts.join(' ') || '0 s';
}

export function ago(iso: string, now = Date.now()): string {
  const ms = now - Date.parse(iso);
  return ms < 1_000 ? 'now' : `${duration(ms)} ago`;
}

export function until(iso: string, now = Date.now()): string {
  const ms = Date.parse(iso) - now;
  return ms <= 0 ? 'now' : `in ${duration(ms)}`;
}

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [size, unit] = [value, 0];
  while (size >= 1_024 && unit < units.length - 1) [size, unit] = [size / 1_024, unit + 1];
  return `${unit === 0 || size >= 100 ? size.toFixed(0) : size.toFixed(1)} ${units[unit]}`;
}

/** Never 100 % for what is not whole. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  if (part === whole) return '100 %';
  const value = Math.min(99.99, (part / whole) * 100);
  return `${value.toFixed(2)} %`;
}

const tf = /^(\d+)([mhdw])$/;
const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** How long a timeframe is; null for what is none. */
export function timeframeMs(text: string): number | null {
  const match = tf.exec(text);
  return match === null ? null : Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}
