-- What is known of a training run at its provider, so that it is handed over once, followed behind a crash, and stopped when its vendor stops it.
ALTER TABLE app.training_runs
    ADD COLUMN submitted_at timestamptz,
    ADD COLUMN withdrawn_at timestamptz,
    ADD COLUMN provider_done_at timestamptz;

COMMENT ON COLUMN app.training_runs.submitted_at IS 'when a worker took it upon itself to hand the run over; kept before anything is sent. Without a provider_id two minutes later nobody knows whether it was taken';
COMMENT ON COLUMN app.training_runs.withdrawn_at IS 'when the provider was to drop a run that still waited there, to be handed over again with links that last';
COMMENT ON COLUMN app.training_runs.provider_done_at IS 'from when the provider had nothing more of the run to stop';

-- As small as what is to be stopped: the job looks every half minute.
CREATE INDEX training_runs_to_stop ON app.training_runs (created_at)
    WHERE submitted_at IS NOT NULL AND provider_done_at IS NULL AND status IN ('succeeded', 'failed', 'cancelled');

-- Pods that this service makes for deployments; those that vendors make themselves stand in runpod_id alone and are not touched.
ALTER TABLE app.deployments
    ADD COLUMN pod_claimed_at timestamptz,
    ADD COLUMN pod_id text,
    ADD COLUMN pod_done_at timestamptz;

COMMENT ON COLUMN app.deployments.pod_claimed_at IS 'when a worker took it upon itself to make the pod; null: the pod is not ours';
COMMENT ON COLUMN app.deployments.pod_id IS 'the pod that this service made, named by deployment_id';
COMMENT ON COLUMN app.deployments.pod_done_at IS 'when that pod was gone';

CREATE INDEX deployments_with_pods ON app.deployments (created_at)
    WHERE pod_done_at IS NULL AND (pod_claimed_at IS NOT NULL OR (provider = 'runpod' AND status = 'pending' AND runpod_id IS NULL));
