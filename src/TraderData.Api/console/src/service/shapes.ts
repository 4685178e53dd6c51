// What the API answers, as far as the page looks at it. Times are ISO 8601 with Z.

export interface HeldTimeframe { timeframe: string; rows: number; first?: string; last?: string; feed?: string; adjustment?: string }
export interface HeldSymbol { symbol: string; source: string; asset_class: string; timeframes: HeldTimeframe[] }

export type Causes = Record<string, number>;
export interface Gap { start: string; end: string; bars: number; cause: string }
export interface Coverage {
  symbol: string; timeframe: string; source: string; resampled_from?: string; start: string; end: string; rows: number;
  missing_bars: number; causes: Causes; gap_count: number; gaps: Gap[];
}
export interface CoverageDay { day: string; expected: number; held: number; missing: Causes }
export interface CoverageYear { symbol: string; timeframe: string; source: string; year: number; days: CoverageDay[] }

// Prices of revisions are text: see getExact.
export interface ExactBar { open: string; high: string; low: string; close: string; volume: string | null }
export interface Revision { bar_ts: string; recorded_at?: string; replaced_at: string; was: ExactBar; became: ExactBar }

export interface Run {
  started_at: string; ended_at: string; duration_ms: number; outcome: 'succeeded' | 'failed' | 'cancelled'; inserted: number; changed: number; same: number; error?: string;
}
export interface JobSeries { symbol: string; known_to?: string; lag_seconds?: number }
export interface Job {
  name: string; schedule?: string; paused: boolean; running_since?: string; progress?: number; next_run?: string; last_run?: Run; last_success?: string; failing_since?: string; failed_runs?: number;
  series: JobSeries[];
}
export interface Budget {
  source: string; limit?: number; minute: string; taken: number; others: number; paused_until?: string; banned_until?: string;
  stopped?: { host: string; kind: string; reason: string; since: string; until: string };
}
export interface JobList { jobs: Job[]; sources: Budget[] }

export interface RoundFile { name: string; type: string; size_bytes: number; format: string }
export interface Round {
  round_id: string; name: string; description?: string; schema_version: string; created_at: string; expires_at?: string; is_current: boolean; files: RoundFile[];
  metadata: { as_of: string; published_at: string; manifest_sha256: string };
}
export interface Span { start: string; end: string }
export interface ManifestFile { name: string; type: string; format: string; size_bytes: number; sha256: string; rows?: number; first?: string; last?: string; columns?: { name: string }[] }
export interface ManifestSeries { source: string; symbol: string; timeframe: string; made_of?: string; rows: number; first?: string; last?: string }
export interface Manifest {
  round_id: string; name: string; as_of: string; code_version: string; splits: Record<string, Span>; purge_bars: number; embargo_bars: number; series: ManifestSeries[]; files: ManifestFile[];
}
export interface QualitySeries {
  source: string; symbol: string; timeframe: string; rows: number; missing_bars: number; causes: Causes; gap_count: number; gaps: Gap[]; incomplete_bars: number;
  unknown_volumes: number; restatements: number; outlier_count: number; outliers: { timestamp: string; log_return: number; multiple: number }[];
}
export interface Quality { round_id: string; outlier_rule: string; series: QualitySeries[] }

export interface Export {
  id: string; file: string; status: 'queued' | 'running' | 'done' | 'incomplete' | 'failed' | 'interrupted'; symbol: string; timeframe: string; start: string; end: string; format: string; as_of: string;
  time_format: string; extended: boolean; complete: boolean; on_gap: string;
  created_at: string; finished_at?: string; rows: number; bytes?: number; progress?: number; missing_bars?: number; error?: string;
}

/** Answers that stand in an envelope. */
export interface Data<T> { data: T }
