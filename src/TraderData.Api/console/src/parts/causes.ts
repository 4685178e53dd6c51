import type { Causes } from '../service/shapes';
import { count } from './text';

export interface Cause { name: string; text: string; missing: boolean }

/** Why a bar is not there: worst first, with what it means. */
export const causes: Cause[] = [
  { name: 'fetch_failed', text: 'the source failed to answer; repair asks again', missing: true },
  { name: 'pending', text: 'the source was not asked, or once; repair asks again', missing: true },
  { name: 'source_missing', text: 'the source was asked twice and has none', missing: true },
  { name: 'no_trade', text: 'a stock that did not trade', missing: false },
  { name: 'halted', text: 'the source did not trade it then', missing: false },
  { name: 'not_listed', text: 'the source did not list it then', missing: false },
  { name: 'session_closed', text: 'outside the sessions', missing: false },
];

export function causeText(name: string): string {
  return causes.find((cause) => cause.name === name)?.text ?? 'a cause that this page does not know';
}

/** The cause that most is missing for, among those that count as missing first. */
export function worst(missing: Causes): string | null {
  for (const isMissing of [true, false]) {
    const found = causes.filter((cause) => cause.missing === isMissing && (missing[cause.name] ?? 0) > 0);
    if (found.length > 0) return found.reduce((most, cause) => ((missing[cause.name] ?? 0) > (missing[most.name] ?? 0) ? cause : most)).name;
  }

  return null;
}

/** `3 pending, 1 halted`. */
export function listCauses(missing: Causes): string {
  return causes.filter((cause) => (missing[cause.name] ?? 0) > 0).map((cause) => `${count(missing[cause.name] ?? 0)} ${cause.name}`).join(', ');
}
