-- What jobs did in the last 30 days, whichever worker ran them.
CREATE TABLE market.job_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('succeeded', 'failed', 'cancelled')),
    inserted bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    same bigint NOT NULL DEFAULT 0,
    error text
);

CREATE INDEX job_run_of_job ON market.job_run (job, started_at DESC, id DESC);
CREATE INDEX job_run_succeeded ON market.job_run (job, started_at DESC) WHERE outcome = 'succeeded';
CREATE INDEX job_run_age ON market.job_run (started_at);

COMMENT ON TABLE market.job_run IS 'runs of scheduled jobs, kept for 30 days';
COMMENT ON COLUMN market.job_run.error IS 'why it did not succeed; the log has all of it';
