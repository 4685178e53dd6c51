import { listCauses } from '../parts/causes';
import { h } from '../parts/dom';
import { table } from '../parts/table';
import { count, time } from '../parts/text';
import type { Quality, QualitySeries } from '../service/shapes';

/** What of each series of a round is not as one would like it. */
export function qualityTable(quality: Quality): Node[] {
  return [
    table<QualitySeries>('Quality by series', [
      { title: 'Series', heads: true, cell: (series) => `${series.source}:${series.symbol} ${series.timeframe}` },
      { title: 'Rows', number: true, cell: (series) => count(series.rows) },
      { title: 'Missing', number: true, cell: (series) => h('span', { class: series.missing_bars > 0 ? 'warn' : '', title: listCauses(series.causes) }, count(series.missing_bars)) },
      { title: 'Gaps', number: true, cell: (series) => count(series.gap_count) },
      { title: 'Incomplete', number: true, cell: (series) => count(series.incomplete_bars) },
      { title: 'No volume', number: true, cell: (series) => count(series.unknown_volumes) },
      { title: 'Restated', number: true, cell: (series) => count(series.restatements) },
      { title: 'Outliers', number: true, cell: (series) => h('span', { title: series.outliers.slice(0, 10).map((outlier) => `${time(outlier.timestamp)}: ${outlier.multiple.toFixed(1)} times`).join('\n') }, count(series.outlier_count)) },
    ], quality.series),
    h('p', { class: 'dim' }, `Outliers: ${quality.outlier_rule}`),
  ];
}
