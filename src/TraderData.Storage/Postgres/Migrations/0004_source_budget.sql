-- What all workers together may still ask of a source: one row a source, replaced by whoever takes weight or hears of a pause, a ban or a stop.
CREATE TABLE market.source_budget (
    source text PRIMARY KEY,
    version bigint NOT NULL,
    minute timestamptz NOT NULL,
    taken int NOT NULL,
    taken_by_backfill int NOT NULL,
    others int NOT NULL,
    others_before int NOT NULL,
    weight_limit int,
    limit_heard_at timestamptz,
    paused_until timestamptz,
    banned_until timestamptz,
    stop_host text,
    stop_kind text,
    stop_reason text,
    stopped_at timestamptz,
    stopped_until timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now()
    -- Replaced some times a second, on the same page.
) WITH (fillfactor = 20);

COMMENT ON TABLE market.source_budget IS 'what all workers together may still ask of a source; times are the source''s clock';
COMMENT ON COLUMN market.source_budget.minute IS 'the minute that taken and others count';
COMMENT ON COLUMN market.source_budget.taken IS 'weight that workers took for the minute, sent or not';
COMMENT ON COLUMN market.source_budget.others IS 'weight that the source counted beyond taken: other programs at our address';
COMMENT ON COLUMN market.source_budget.weight_limit IS 'weight that the source says it allows in a minute; null when it has not said';
