-- The hot tier of bars. market.ohlcv is read and written by other programs too: what they know of it stays as it is, what is ours is nullable.
-- Every key leads with symbol, so that create_distributed_table('market.ohlcv', 'symbol') of Citus keeps a symbol's rows on one node.

CREATE TABLE IF NOT EXISTS market.ohlcv (
    symbol text NOT NULL,
    timeframe text NOT NULL,
    bar_ts timestamptz NOT NULL,
    open numeric NOT NULL,
    high numeric NOT NULL,
    low numeric NOT NULL,
    close numeric NOT NULL,
    volume numeric,
    PRIMARY KEY (symbol, timeframe, bar_ts)
);

ALTER TABLE market.ohlcv
    ADD COLUMN IF NOT EXISTS vwap numeric,
    ADD COLUMN IF NOT EXISTS trades bigint,
    ADD COLUMN IF NOT EXISTS source text,
    ADD COLUMN IF NOT EXISTS updated_at timestamptz;

-- Set apart from adding the column: rows that are there stay without a time, which nobody knows.
ALTER TABLE market.ohlcv ALTER COLUMN updated_at SET DEFAULT now();

COMMENT ON TABLE market.ohlcv IS 'OHLCV bars, one row per symbol, timeframe and opening time (UTC); closed bars only';
COMMENT ON COLUMN market.ohlcv.source IS 'where the bar comes from; null when another program wrote it without saying';
COMMENT ON COLUMN market.ohlcv.updated_at IS 'when the bar was inserted or last got another value';

-- The key of market.ohlcv has no source in it, so that a symbol belongs to one source: the first that writes it.
CREATE TABLE market.instruments (
    symbol text PRIMARY KEY,
    source text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- One row per series; locked by whoever writes the series.
CREATE TABLE market.series_state (
    symbol text NOT NULL,
    timeframe text NOT NULL,
    asset_class text NOT NULL DEFAULT 'unknown' CHECK (asset_class IN ('unknown', 'crypto', 'stock')),
    feed text,
    adjustment text,
    fetched tstzmultirange NOT NULL DEFAULT '{}',
    PRIMARY KEY (symbol, timeframe)
);

COMMENT ON COLUMN market.series_state.fetched IS 'ranges that were asked of the source in full: a time in them without a bar has none';
