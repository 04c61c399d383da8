-- Up Migration

-- Questions and answers that belong together. Each new question moves the expiry; what is said after it begins anew.
create table conversations (
  id           text primary key,
  incident_id  text references incidents (id),
  -- The service or resource id that was spoken of last: "it".
  subject      text,
  channel      text,
  thread_ts    text,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  check (num_nonnulls(channel, thread_ts) in (0, 2))
);
create index conversations_thread on conversations (channel, thread_ts, expires_at) where channel is not null;
create index conversations_expiry on conversations (expires_at);

-- One question with its answer; a job works on it.
create table turns (
  id               text primary key,
  conversation_id  text not null references conversations (id) on delete cascade,
  question         text not null,
  asked_by         text,
  status           text not null check (status in ('queued', 'running', 'done', 'failed', 'cancelled')),
  response         text,
  metadata         jsonb,
  cancel_requested boolean not null default false,
  created_at       timestamptz not null default now(),
  finished_at      timestamptz
);
create index turns_conversation on turns (conversation_id, created_at);

-- What happens while a question is worked on. NOTIFY carries the turn's id alone, readers fetch the rows.
create table turn_events (
  turn_id  text not null references turns (id) on delete cascade,
  seq      bigint generated always as identity,
  event    jsonb not null,
  primary key (turn_id, seq)
);

-- An answer to a follow-up question is posted once, as everything else is.
alter table posts add column turn_id text references turns (id) on delete cascade;
alter table posts drop constraint posts_check;
alter table posts add constraint posts_owner check (num_nonnulls(investigation_id, alert_id, turn_id) = 1);
alter table posts add constraint posts_turn_id_kind_key unique (turn_id, kind);
create index posts_thread on posts (channel, coalesce(thread_ts, ts));

-- Down Migration

drop index posts_thread;
delete from posts where turn_id is not null;
alter table posts drop constraint posts_owner;
alter table posts drop column turn_id;
alter table posts add constraint posts_check check (num_nonnulls(investigation_id, alert_id) = 1);
drop table turn_events;
drop table turns;
drop table conversations;
