// The same three answers as most services make them: Express + pg, one query for the token of each request, one for the catalog; the round from its index, read for each request.
// usage: INFRA_TOKEN_PEPPER=… node express-vendors.cjs NODE_MODULES_FOLDER PORT DATABASE_URL DATA_FOLDER
const { createHmac } = require('node:crypto');
const { readFile } = require('node:fs/promises');
const { createRequire } = require('node:module');

const [tools, port, url, folder] = process.argv.slice(2);
const load = createRequire(`${tools}/`);
const express = load('express');
const { Pool } = load('pg');

const pool = new Pool({ connectionString: url, max: 16 });
const app = express();

app.get('/health', (request, response) => response.json({ success: true }));

app.use('/api', async (request, response, next) => {
  const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const { rows } = await pool.query(
    `SELECT t.kind, t.vendor_id, t.deployment_id, t.scope, t.expires_at FROM app.deployment_tokens t JOIN app.marketplace_vendors v ON v.vendor_id = t.vendor_id
     WHERE t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())`,
    [createHmac('sha256', process.env.INFRA_TOKEN_PEPPER).update(secret).digest('hex')]);
  if (rows.length === 0) return response.status(401).json({ success: false, error: 'UNAUTHORIZED' });
  request.token = rows[0];
  next();
});

app.get('/api/marketplace/vendor/validate', (request, response) => {
  const { kind, vendor_id, scope } = request.token;
  response.json({ success: true, data: { valid: true, kind, vendor_id, scopes: scope.split(' ') } });
});

app.get('/api/catalog', async (request, response) => {
  const { rows } = await pool.query(
    `SELECT m.model_id AS id, m.name, v.name AS vendor, m.task, m.stage, m.created_at, m.updated_at, h.received_at AS last_heartbeat_at, NULL AS last_oos_sharpe,
       (SELECT round(avg(confidence), 6)::float8 FROM (SELECT confidence FROM ml.signals_latest s WHERE s.owner = v.owner AND s.model_id = m.model_id ORDER BY event_ts DESC LIMIT 100) last)
         AS avg_confidence, m.description, h.status
     FROM app.models m JOIN app.marketplace_vendors v ON v.vendor_id = m.vendor_id LEFT JOIN app.heartbeats h ON h.deployment_id = m.deployment_id
     ORDER BY m.model_id COLLATE "C"`);
  response.json({ success: true, data: rows });
});

app.get('/api/rounds/current', async (request, response) => {
  const index = JSON.parse(await readFile(`${folder}/rounds/index.json`));
  const round = index.rounds.find((one) => one.round_id === index.current);
  response.json({
    success: true,
    data: {
      round_id: round.round_id, name: round.name, description: round.description, schema_version: round.schema_version, created_at: round.created_at, expires_at: round.expires_at,
      is_current: true, files: round.files.map(({ name, type, size_bytes, format }) => ({ name, type, size_bytes, format })),
      metadata: { as_of: round.as_of, published_at: round.published_at, manifest_sha256: round.manifest_sha256 },
    },
  });
});

app.listen(Number(port), '127.0.0.1');
