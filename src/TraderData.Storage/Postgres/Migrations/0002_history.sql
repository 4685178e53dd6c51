-- Time travel, what is sealed and pruned, and how other processes hear of writes. Keys lead with symbol as before.

-- A value that a bar had. The present value is in market.ohlcv; the two together say what was there at any time.
CREATE TABLE market.ohlcv_revision (
    symbol text NOT NULL,
    timeframe text NOT NULL,
    bar_ts timestamptz NOT NULL,
    open numeric NOT NULL,
    high numeric NOT NULL,
    low numeric NOT NULL,
    close numeric NOT NULL,
    volume numeric,
    vwap numeric,
    trades bigint,
    source text,
    recorded_at timestamptz,
    replaced_at timestamptz NOT NULL CHECK (replaced_at = date_trunc('milliseconds', replaced_at)),
    PRIMARY KEY (symbol, timeframe, bar_ts, replaced_at)
);

-- Restatements since a seal are looked for by time.
CREATE INDEX ohlcv_revision_replaced ON market.ohlcv_revision USING brin (replaced_at);

COMMENT ON TABLE market.ohlcv_revision IS 'values of bars that were replaced: valid from recorded_at (null: not known) until replaced_at';

-- As above for bars. A block range index is a few kilobytes and costs COPY next to nothing; a B-tree would halve it.
CREATE INDEX ohlcv_updated ON market.ohlcv USING brin (updated_at) WITH (pages_per_range = 32, autosummarize = on);

ALTER TABLE market.series_state
    ADD COLUMN version bigint NOT NULL DEFAULT 0,
    ADD COLUMN bars bigint,
    ADD COLUMN pruned_before timestamptz;

UPDATE market.series_state s
SET bars = (SELECT count(*) FROM market.ohlcv o WHERE o.symbol = s.symbol AND o.timeframe = s.timeframe);

COMMENT ON COLUMN market.series_state.version IS 'rises with every write of this program that changed the series';
COMMENT ON COLUMN market.series_state.bars IS 'rows in market.ohlcv by the count of this program; null when it never counted them';
COMMENT ON COLUMN market.series_state.pruned_before IS 'bars before it may be in the lake alone';

-- One row per partition that was folded into the lake.
CREATE TABLE market.sealed_partition (
    symbol text NOT NULL,
    timeframe text NOT NULL,
    partition text NOT NULL,
    range_start timestamptz NOT NULL,
    range_end timestamptz NOT NULL,
    rows bigint NOT NULL,
    first_bar timestamptz NOT NULL,
    last_bar timestamptz NOT NULL,
    digest text NOT NULL,
    read_at timestamptz NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (symbol, timeframe, range_start)
);

COMMENT ON COLUMN market.sealed_partition.read_at IS 'when its rows were read; -infinity when they changed since and it is to be sealed again';

-- How far rows were compared with the seals, so that each is looked at once and not at every search. One row.
CREATE TABLE market.seal_search (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    searched_to timestamptz NOT NULL
);

INSERT INTO market.seal_search (searched_to) VALUES ('-infinity');

-- Other programs do not know of updated_at: a value that they change counts from then on. Afterwards and not before, because a BEFORE trigger makes every
-- UPDATE lock its row first, those of this program too.
CREATE FUNCTION market.ohlcv_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE market.ohlcv SET updated_at = clock_timestamp() WHERE symbol = NEW.symbol AND timeframe = NEW.timeframe AND bar_ts = NEW.bar_ts;
    RETURN NULL;
END
$$;

CREATE TRIGGER ohlcv_touch AFTER UPDATE ON market.ohlcv FOR EACH ROW
WHEN (NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at
    AND (NEW.open, NEW.high, NEW.low, NEW.close, NEW.volume, NEW.vwap, NEW.trades)
        IS DISTINCT FROM (OLD.open, OLD.high, OLD.low, OLD.close, OLD.volume, OLD.vwap, OLD.trades))
EXECUTE FUNCTION market.ohlcv_touch();

-- Writes of other programs are told of as '*': anything may have changed. This program says what it wrote, and sets trader_data.tells for that.
CREATE FUNCTION market.ohlcv_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('trader_data_bars', '*');
    RETURN NULL;
END
$$;

CREATE TRIGGER ohlcv_tell AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON market.ohlcv FOR EACH STATEMENT
WHEN (current_setting('trader_data.tells', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION market.ohlcv_tell();
