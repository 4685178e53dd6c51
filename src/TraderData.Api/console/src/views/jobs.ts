import { action, readOnlyNote, refusal } from '../parts/action';
import { fill, h } from '../parts/dom';
import { Poll } from '../parts/poll';
import { empty, failed, loading } from '../parts/states';
import { renew, table, type Column } from '../parts/table';
import { ago, count, duration, many, percent, time, until } from '../parts/text';
import { Fault, get, post } from '../service/api';
import { onKey } from '../service/key';
import type { Data, Job, JobList, Run } from '../service/shapes';
import { addressOf, type Place, type View } from '../view';
import { gauges } from './gauges';

const everyMs = 3_000;
const runsShown = 50;

/** What runs on a schedule, how it went, and what may still be asked of the sources. */
export function jobsView(): View {
  return new JobsView();
}

class JobsView implements View {
  private readonly budgets = h('div', { class: 'gauges' });
  private readonly note = h('div', {});
  private readonly told = h('p', { class: 'told', role: 'status' });
  private readonly list = h('div', {}, loading('jobs'));
  private readonly runs = h('section', { class: 'card', hidden: true, 'aria-label': 'Runs of a job' });
  readonly element = h(
    'div', { class: 'jobs' },
    h('section', { class: 'card' }, h('div', { class: 'head' }, h('h1', {}, 'Jobs')), h('h2', { class: 'unseen' }, 'What may be asked of the sources'), this.budgets, this.note, this.told, this.list),
    this.runs,
  );
  private readonly poll = new Poll(() => this.load(), (error) => this.fail(error));
  private readonly forget = onKey(() => this.draw());
  private jobs: Job[] | null = null;
  private chosen: string | null = null;
  private drawn = '';

  show(place: Place): void {
    this.chosen = place.path[0] ?? null;
    this.runs.hidden = this.chosen === null;
    if (this.chosen !== null) fill(this.runs, loading('runs'));
    this.drawn = '';
    this.poll.start();
  }

  refresh(): void {
    this.poll.start();
  }

  close(): void {
    this.poll.end();
    this.forget();
  }

  private async load(): Promise<number> {
    const { jobs, sources } = (await get<Data<JobList>>('api/jobs')).data;
    this.jobs = jobs;
    fill(this.budgets, ...gauges(sources));
    this.draw();
    if (this.chosen !== null) await this.loadRuns(this.chosen);
    return everyMs;
  }

  private draw(): void {
    if (this.jobs === null) return;
    fill(this.note, readOnlyNote('run and pause jobs'));
    renew(this.list, this.jobs.length === 0
      ? empty('Nothing is on the schedule.', 'Set a watch list, and start the service with ', h('code', {}, '--role all'), ' or ', h('code', {}, 'worker'), '.')
      : table('Jobs of the schedule', this.columns(), this.jobs, (job) => (job.name === this.chosen ? 'chosen' : '')));
  }

  private columns(): Column<Job>[] {
    return [
      { title: 'Job', heads: true, cell: (job) => [h('a', { href: addressOf('jobs', [job.name]), 'aria-label': `Runs of ${job.name}` }, job.name), h('small', { class: 'dim' }, job.schedule ?? 'once')] },
      { title: 'State', cell: stateOf },
      { title: 'Last run', cell: lastOf },
      { title: 'Bars', number: true, cell: (job) => (job.last_run === undefined ? '–' : writtenOf(job.last_run)) },
      { title: 'Series and lag', cell: lagOf },
      { title: 'Actions', cell: (job) => h('span', { class: 'row' }, this.act(job, 'run', 'Run now'), job.paused ? this.act(job, 'resume', 'Resume') : this.act(job, 'pause', 'Pause')) },
    ];
  }

  private act(job: Job, what: 'run' | 'pause' | 'resume', text: string): HTMLElement {
    const done = { run: 'is started; its run shows here when it ends.', pause: 'is paused until it is resumed.', resume: 'runs on its schedule again.' }[what];
    return action(text, `${text}: ${job.name}`, async () => {
      await post(`api/jobs/${encodeURIComponent(job.name)}/${what}`);
      this.poll.start();
      return `${job.name} ${done}`;
    }, this.told);
  }

  private async loadRuns(name: string): Promise<void> {
    const runs = (await get<Data<Run[]>>(`api/jobs/${encodeURIComponent(name)}/runs`, { limit: runsShown })).data;
    if (name !== this.chosen) return;
    const drawn = JSON.stringify([name, runs[0], runs.length]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    fill(
      this.runs, h('div', { class: 'head' }, h('h2', {}, `Runs of ${name}`), h('a', { class: 'button', href: '#/jobs' }, 'Close')),
      runs.length === 0 ? empty('It has not run in the last 30 days.', 'Press “Run now”, or wait for its time.') : table<Run>(`Runs of ${name}`, runColumns, runs),
    );
  }

  private fail(error: unknown): void {
    if (error instanceof Fault && error.code === 'NO_SCHEDULE') fill(this.list, empty('This process runs no jobs.', error.message));
    else if (this.jobs === null) fill(this.list, failed('The list of jobs', error));
    else this.told.textContent = refusal(error);
  }
}

const runColumns: Column<Run>[] = [
  { title: 'Began', heads: true, cell: (run) => h('span', { class: 'time' }, time(run.started_at)) },
  { title: 'Took', number: true, cell: (run) => duration(run.duration_ms) },
  { title: 'Outcome', cell: outcomeOf },
  { title: 'New', number: true, cell: (run) => count(run.inserted) },
  { title: 'Changed', number: true, cell: (run) => count(run.changed) },
  { title: 'Same', number: true, cell: (run) => count(run.same) },
  { title: 'Error', cell: (run) => h('span', { class: 'reason' }, run.error ?? '') },
];

function stateOf(job: Job): HTMLElement[] {
  if (job.running_since !== undefined) {
    return [
      h('span', { class: 'pill run' }, 'running'), ...job.progress === undefined ? [] : [h('progress', { max: 1, value: job.progress, 'aria-label': `Progress of ${job.name}` })],
      h('small', { class: 'dim' }, `for ${duration(Math.max(0, Date.now() - Date.parse(job.running_since)))}${job.progress === undefined ? '' : `, ${percent(job.progress, 1)}`}`),
    ];
  }


  if (job.paused) return [h('span', { class: 'pill warn' }, 'paused')];
  return [h('span', { class: 'pill' }, 'waits'), h('small', { class: 'dim', title: job.next_run === undefined ? '' : time(job.next_run) }, job.next_run === undefined ? 'has no time' : until(job.next_run))];
}

function lastOf(job: Job): HTMLElement | HTMLElement[] {
  const run = job.last_run;
  if (run === undefined) return h('span', { class: 'dim' }, 'none yet');
  const shown = [outcomeOf(run), h('small', { class: 'dim', title: time(run.started_at) }, `${ago(run.ended_at)}, took ${duration(run.duration_ms)}`)];
  if (run.error === undefined) return shown;
  const since = job.failing_since !== undefined && (job.failed_runs ?? 0) > 1 ? ` (${many(job.failed_runs ?? 0, 'run')} since ${time(job.failing_since)})` : '';
  return [...shown, h('p', { class: 'reason' }, `${run.error}${since}`)];
}

function outcomeOf(run: Run): HTMLElement {
  return h('span', { class: `pill ${{ succeeded: 'good', failed: 'bad', cancelled: 'warn' }[run.outcome]}` }, run.outcome);
}

function writtenOf(run: Run): string {
  return `${count(run.inserted)} new${run.changed > 0 ? `, ${count(run.changed)} changed` : ''}`;
}

function lagOf(job: Job): HTMLElement | string {
  if (job.series.length === 0) return '–';
  const lags = job.series.map((series) => series.lag_seconds);
  const [unknown, worst] = [lags.filter((lag) => lag === undefined).length, Math.max(0, ...lags.map((lag) => lag ?? 0))];
  return h('span', { title: job.series.map((series) => `${series.symbol}: ${series.lag_seconds === undefined ? 'not known' : `${series.lag_seconds} s`}`).join('\n') },
    `${many(job.series.length, 'series', 'series')}, `, h('span', { class: unknown > 0 ? 'warn' : '' }, unknown > 0 ? `${count(unknown)} without a bar` : worst === 0 ? 'up to date' : `up to ${duration(worst * 1_000)} behind`));
}
