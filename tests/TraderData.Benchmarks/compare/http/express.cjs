// Express + pg as most services have it: one SQL query, one res.json. usage: node express.cjs NODE_MODULES_FOLDER PORT DATABASE_URL
const { createRequire } = require('node:module');

const [tools, port, url] = process.argv.slice(2);
const load = createRequire(`${tools}/`);
const express = load('express');
const { Pool } = load('pg');

const pool = new Pool({ connectionString: url, max: 16 });
const app = express();

app.get('/api/marketdata/ohlcv', async (request, response) => {
  const { symbol, tf, limit = '100', start = '-infinity', end = 'infinity' } = request.query;
  const { rows } = await pool.query(
    `SELECT symbol, timeframe, bar_ts, open, high, low, close, volume FROM market.ohlcv
     WHERE symbol = $1 AND timeframe = $2 AND bar_ts >= $3 AND bar_ts < $4 ORDER BY bar_ts DESC LIMIT $5`,
    [symbol, tf, start, end, Number(limit)]);
  response.json({ success: true, data: rows });
});

app.listen(Number(port), '127.0.0.1');
