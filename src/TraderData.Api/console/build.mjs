// Installs what package-lock.json names, and builds the page into a folder. Several builds may ask for it at the same time (two configurations, two
// projects): the first works, the others wait and find it done.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const output = resolve(process.argv[2] ?? join(folder, '../obj/console'));
const [lock, stamp, modules] = [join(output, 'lock'), join(output, 'built.stamp'), join(folder, 'node_modules')];
const LEAST = [20, 19];
let isOwner = false;

const version = process.versions.node.split('.').map(Number);
if (version[0] < LEAST[0] || (version[0] === LEAST[0] && version[1] < LEAST[1]))
  fail(`the console is built with Node ${LEAST.join('.')} or newer, this is ${process.version}`);

mkdirSync(output, { recursive: true });
await takeLock();
try {
  const wanted = digest(sources());
  // A checkout or a copy changes times and not what is in the files.
  if (!existsSync(join(output, 'dist', 'index.html')) || read(stamp) !== wanted) build(wanted);
  // The stamp's time is what the build compares the sources with.
  writeFileSync(stamp, wanted);
} finally {
  giveLock();
}

function build(wanted) {
  install();
  const fresh = join(output, 'fresh');
  rmSync(fresh, { recursive: true, force: true });
  npm(['run', 'build'], { CONSOLE_OUT: fresh });
  rmSync(join(output, 'dist'), { recursive: true, force: true });
  renameSync(fresh, join(output, 'dist'));
  console.log(`console: built ${wanted.slice(0, 12)}`);
}

function install() {
  const [installed, wanted] = [join(modules, '.installed'), digest([join(folder, 'package-lock.json')])];
  if (read(installed) === wanted) return;
  console.log('console: npm ci (once; about half a minute)');
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installed, wanted);
}

function npm(arguments_, more = {}) {
  try {
    // Through a shell, since npm is a script on Windows; what is passed holds nothing for one to interpret.
    const windows = process.platform === 'win32';
    execFileSync(windows ? 'npm.cmd' : 'npm', arguments_, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], shell: windows, env: { ...process.env, NODE_ENV: '', ...more } });
  } catch (error) {
    if (error.code === 'ENOENT') fail("there is no 'npm' on the PATH; it comes with Node 20");
    fail(`npm ${arguments_.join(' ')} failed:\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  }
}

function sources() {
  const files = [];
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name === 'node_modules') continue;
      if (entry.isDirectory()) visit(join(path, entry.name));
      else files.push(join(path, entry.name));
    }
  };
  visit(folder);
  return files.sort();
}

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(folder, file)}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

// A folder can be made by one process only. Its owner may have been killed: then whoever finds that takes it over.
async function takeLock() {
  for (let said = false; ; ) {
    try {
      mkdirSync(lock);
      isOwner = true;
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }

    const owner = Number(read(join(lock, 'pid')));
    if (owner > 0 ? !lives(owner) : isOld()) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }

    if (!said) console.log('console: waiting for another build of it');
    said = true;
    await new Promise((done) => setTimeout(done, 200));
  }
}

// Killed before it could write who it is.
function isOld() {
  return existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 10_000;
}

function giveLock() {
  if (isOwner) rmSync(lock, { recursive: true, force: true });
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// MSBuild shows lines of this form as errors.
function fail(message) {
  giveLock();
  console.error(`console : error TDC001: ${message}`);
  process.exit(1);
}
