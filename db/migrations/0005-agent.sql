-- Up Migration

-- What an agent's run has finished, step by step, so that a run after a crash goes on instead of beginning again.
-- `body` is json, not jsonb: its bytes go back to the model, and the prompt cache compares bytes. The number is
-- the fence: of two workers that carry on the same run, the second to record a step stops.
create table agent_steps (
  run_id      text not null,
  seq         integer not null,
  kind        text not null,
  body        json not null,
  elapsed_ms  double precision not null,
  at          timestamptz not null default now(),
  primary key (run_id, seq)
);
create index agent_steps_at on agent_steps (at);

-- One row a model call: what it used and what it cost. A run belongs to an investigation, or to a turn of a
-- conversation and then to no investigation.
create table model_calls (
  id                  bigint generated always as identity primary key,
  run_id              text not null,
  investigation_id    text,
  service             text,
  team                text,
  role                text not null,
  model               text not null,
  input_tokens        integer not null,
  output_tokens       integer not null,
  cache_read_tokens   integer not null,
  cache_write_tokens  integer not null,
  -- Null when no price is known for the model.
  cost_usd            numeric(14, 8),
  took_ms             double precision not null,
  -- `ok`, or the kind of the error it ended with.
  outcome             text not null,
  at                  timestamptz not null default now()
);
create index model_calls_at on model_calls (at) include (cost_usd);
create index model_calls_run on model_calls (run_id);
create index model_calls_investigation on model_calls (investigation_id) where investigation_id is not null;
create index model_calls_service on model_calls (service, at) include (cost_usd) where service is not null;
create index model_calls_team on model_calls (team, at) include (cost_usd) where team is not null;

-- Down Migration

drop table model_calls;
drop table agent_steps;
