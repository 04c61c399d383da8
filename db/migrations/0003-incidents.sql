-- Up Migration

create table incidents (
  id           text primary key,
  fingerprint  text not null,
  title        text not null,
  status       text not null check (status in ('open', 'resolved')),
  severity     text not null check (severity in ('critical', 'warning', 'info')),
  service      text,
  channel      text,
  thread_ts    text,
  started_at   timestamptz not null,
  created_at   timestamptz not null default now(),
  resolved_at  timestamptz
);
-- The same alert joins the incident that is open; two workers cannot open it twice.
create unique index incidents_open_fingerprint on incidents (fingerprint) where status = 'open';
create index incidents_open_service on incidents (service) where status = 'open';
create index incidents_created on incidents (created_at desc);

create table alerts (
  id           text primary key,
  incident_id  text not null references incidents (id),
  inbox_id     text not null unique,
  alert        jsonb not null,
  channel      text,
  thread_ts    text,
  received_at  timestamptz not null default now()
);
create index alerts_incident on alerts (incident_id, received_at);

create table investigations (
  id                 text primary key,
  incident_id        text not null references incidents (id),
  inbox_id           text not null unique,
  kind               text not null check (kind in ('alert', 'question')),
  question           text,
  status             text not null check (status in ('running', 'done', 'failed')),
  first_look         jsonb,
  diagnosis          jsonb,
  diagnosis_skipped  text,
  created_at         timestamptz not null default now(),
  finished_at        timestamptz
);
create index investigations_incident on investigations (incident_id, created_at);

-- What was said outside. The id travels in the message's metadata, so that a post which Slack accepted just
-- before a crash is found again; `ts` is set once Slack's answer is known.
create table posts (
  id                text primary key,
  investigation_id  text references investigations (id),
  alert_id          text references alerts (id),
  kind              text not null,
  channel           text not null,
  thread_ts         text,
  text              text not null,
  ts                text,
  created_at        timestamptz not null default now(),
  posted_at         timestamptz,
  check (num_nonnulls(investigation_id, alert_id) = 1),
  unique (investigation_id, kind),
  unique (alert_id, kind)
);

-- Evidence by month, so that 90 days are kept by dropping partitions. Results are compressed and stored once
-- per month under the SHA-256 of their content.
create table evidence (
  id                text not null,
  recorded_at       timestamptz not null default now(),
  investigation_id  text,
  tool              text not null,
  input             jsonb not null,
  state             text not null check (state in ('ok', 'no_data', 'error', 'needs_approval')),
  summary           text not null,
  link              text,
  at                timestamptz not null,
  duration_ms       double precision not null,
  queries           jsonb not null,
  cached            boolean not null,
  result_sha256     bytea not null,
  primary key (id, recorded_at)
) partition by range (recorded_at);
create index evidence_investigation on evidence (investigation_id, recorded_at);

create table evidence_results (
  sha256  bytea not null,
  month   date not null,
  body    bytea not null,
  primary key (sha256, month)
) partition by range (month);

-- Makes the partitions of this month and the next two, drops those wholly older than `keep_days`, and answers
-- the names it dropped. Called here once, then daily by the worker.
create function keep_evidence_partitions(keep_days integer) returns setof text
language plpgsql set timezone to 'UTC' as $$
declare
  this_month date := date_trunc('month', now() at time zone 'utc')::date;
  first date;
  parent text;
  child text;
begin
  perform pg_advisory_xact_lock(hashtext('keep_evidence_partitions'));
  foreach parent in array array['evidence', 'evidence_results'] loop
    for ahead in 0..2 loop
      first := this_month + make_interval(months => ahead);
      execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
        parent || to_char(first, '_YYYYMM'), parent,
        first::timestamp at time zone 'utc', (first + interval '1 month')::timestamp at time zone 'utc');
    end loop;
    for child in
      select inhrelid::regclass::text from pg_inherits
      where inhparent = parent::regclass
        and to_date(right(inhrelid::regclass::text, 6), 'YYYYMM') + interval '1 month' < (now() at time zone 'utc') - make_interval(days => keep_days)
    loop
      execute format('drop table %I', child);
      return next child;
    end loop;
  end loop;
end $$;
select keep_evidence_partitions(90);

-- Down Migration

drop function keep_evidence_partitions(integer);
drop table evidence_results;
drop table evidence;
drop table posts;
drop table investigations;
drop table alerts;
drop table incidents;
