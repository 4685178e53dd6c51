-- What was asked of a source twice, and what it did not answer: with fetched and the calendar that says why a bar is not there.
ALTER TABLE market.series_state
    ADD COLUMN verified tstzmultirange NOT NULL DEFAULT '{}',
    ADD COLUMN failures jsonb NOT NULL DEFAULT '[]';

COMMENT ON COLUMN market.series_state.verified IS 'the part of fetched that was asked of the source a second time';
COMMENT ON COLUMN market.series_state.failures IS 'ranges that the source did not answer when it was asked last: start, end, message, at, tries';
