// How long programs take from their start to the end of their first answer. usage: node coldstart.mjs GROUP RUNS PLAN.json
// PLAN is [{ name, work, url, command: […], env: {…} }]; GROUP is the control group that they start in, or empty. One line of JSON a start, for report.mjs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';

const [group, runs, file] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(file, 'utf8'));
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// Resolves with the body of a success, null while nobody answers one.
const ask = (url) => new Promise((done) => {
  const request = http.get(url, { agent: false }, (response) => {
    const parts = [];
    response.on('data', (part) => parts.push(part));
    response.on('end', () => done(response.statusCode === 200 ? Buffer.concat(parts) : null));
    response.on('error', () => done(null));
  });
  request.on('error', () => done(null));
});

// What an answer says, whoever wrote it, as in digest.mjs.
const plain = (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
const digest = (body) => {
  const { data } = JSON.parse(body.toString().replace(/(":)(-?\d[\d.eE+-]*)/g, '$1"$2"'));
  const rows = data.map((bar) => [bar.symbol, bar.timeframe, Date.parse(bar.bar_ts), ...[bar.open, bar.high, bar.low, bar.close, bar.volume].map(plain)].join(' '));
  if (rows.length === 0) throw new Error('an answer without bars');
  return `${rows.length}-${createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16)}`;
};

// The processor time that a process has had, in ms: the clock without what else the machine does.
const cpuOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

// The shell puts itself into the group, and becomes the program.
const enter = 'if [ -n "$1" ]; then echo $$ >"$1/cgroup.procs"; fi; shift; exec "$@"';

const start = async (one) => {
  const began = process.hrtime.bigint();
  const child = spawn('sh', ['-c', enter, 'sh', group, ...one.command], { env: { ...process.env, ...one.env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const ended = new Promise((done) => child.on('exit', done));
  let alive = true;
  ended.then(() => { alive = false; });
  let body = null;
  while (alive && (body = await ask(one.url)) === null) await wait(2);
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  if (body === null) throw new Error(`${one.name} ended before it answered: ${said}`);
  const cpu = cpuOf(child.pid);
  child.kill('SIGTERM');
  await Promise.race([ended, wait(5000).then(() => child.kill('SIGKILL'))]);
  await ended;
  return { ms, cpu, body };
};

for (let run = 1; run <= Number(runs); run++) {
  for (const one of plan) {
    const { ms, cpu, body } = await start(one);
    console.log(JSON.stringify({ work: one.work, who: one.name, run, value: ms, unit: 'ms', better: 'lower', cpu, answer: digest(body) }));
    console.error(`${one.work}: ${one.name} ${ms.toFixed(0)} ms, processor ${cpu} ms`);
  }
}
