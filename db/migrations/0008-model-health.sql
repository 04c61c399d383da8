-- Up Migration

-- The circuit breaker over a model endpoint, shared by all processes; what `state` holds is
-- packages/incidents/src/model-health.ts.
create table model_health (
  endpoint    text primary key,
  state       jsonb not null,
  updated_at  timestamptz not null default now()
);

-- A notice about the model belongs to one outage, so each is posted once.
alter table posts add column outage_id text;
alter table posts drop constraint posts_owner;
alter table posts add constraint posts_owner check (num_nonnulls(investigation_id, alert_id, turn_id, outage_id) = 1);
alter table posts add constraint posts_outage_id_kind_key unique (outage_id, kind);

-- Down Migration

delete from posts where outage_id is not null;
alter table posts drop constraint posts_owner;
alter table posts drop column outage_id;
alter table posts add constraint posts_owner check (num_nonnulls(investigation_id, alert_id, turn_id) = 1);
drop table model_health;
