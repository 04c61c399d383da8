-- Up Migration

-- The month of a result is the database's own, also where many rows are inserted at once.
alter table evidence_results alter column month set default date_trunc('month', now() at time zone 'utc')::date;

-- Down Migration

alter table evidence_results alter column month drop default;
