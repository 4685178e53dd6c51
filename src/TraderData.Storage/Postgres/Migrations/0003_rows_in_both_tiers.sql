-- How many rows a sealed partition still has here, so that a count of both tiers counts no bar twice.
ALTER TABLE market.sealed_partition ADD COLUMN hot_rows bigint NOT NULL DEFAULT 0;

UPDATE market.sealed_partition s
SET hot_rows = (
    SELECT count(*) FROM market.ohlcv o
    WHERE o.symbol = s.symbol AND o.timeframe = s.timeframe AND o.bar_ts >= s.range_start AND o.bar_ts < s.range_end);

COMMENT ON COLUMN market.sealed_partition.hot_rows IS 'rows of market.ohlcv that were sealed and not pruned since';
