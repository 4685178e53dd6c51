import { get, getExact } from '../service/api';
import type { Coverage, Data, Gap, Revision } from '../service/shapes';
import type { Bar, Wanted } from './bars';

/** What is worth knowing of the bars of a range: what is missing between them, and which were restated. */
export interface Marks { gaps: Gap[]; gapCount: number; revisions: Revision[]; moreRevisions: boolean; madeOf: string | undefined }

export const noMarks: Marks = { gaps: [], gapCount: 0, revisions: [], moreRevisions: false, madeOf: undefined };

// One more of either would be no more use to who looks at a chart.
const mostRevisions = 500;

export async function loadMarks(wanted: Wanted, first: Bar, last: Bar, stepMs: number, signal: AbortSignal): Promise<Marks> {
  const { symbol, timeframe, asOf } = wanted;
  const range = { start: new Date(first.timeMs).toISOString(), end: new Date(last.timeMs + stepMs).toISOString() };
  const coverage = await get<Data<Coverage>>('api/data/coverage', { symbol, tf: timeframe, ...range, as_of: asOf }, signal);
  // Bars that are made of finer ones have no revisions of their own.
  const revisions = coverage.data.resampled_from === undefined
    ? await getExact<Revisions>('api/data/revisions', { symbol, tf: timeframe, ...range, limit: mostRevisions }, signal)
    : { data: [], next_cursor: undefined };
  // Closed sessions are not listed; what is left may still be long.
  return {
    gaps: coverage.data.gaps, gapCount: coverage.data.gap_count, madeOf: coverage.data.resampled_from,
    // As of a time, what was restated later had not been yet.
    revisions: revisions.data.filter((revision) => asOf === undefined || Date.parse(revision.replaced_at) <= Date.parse(asOf)), moreRevisions: revisions.next_cursor !== undefined,
  };
}

interface Revisions { data: Revision[]; next_cursor?: string }
