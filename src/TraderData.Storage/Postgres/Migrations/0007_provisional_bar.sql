-- Bars that their source may still change, apart from market.ohlcv, which has final ones alone. Nothing is lost with them: they are told again within seconds.
CREATE UNLOGGED TABLE market.provisional_bar (
    source text NOT NULL,
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
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (source, symbol, timeframe, bar_ts)
    -- Replaced every second, on the same page.
) WITH (fillfactor = 50);

COMMENT ON TABLE market.provisional_bar IS 'bars as streams tell them before they are final; gone two minutes after they were heard';
