-- Up Migration

-- Every event from outside, committed before it is acknowledged. The row's id is the id of its job.
create table inbox (
  id text primary key,
  source text not null,
  delivery_id text not null,
  kind text not null,
  payload jsonb not null,
  status text not null default 'received' check (status in ('received', 'done', 'failed')),
  error text,
  attempts integer not null default 0,
  received_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (source, delivery_id)
);

-- The sweeper reads only what is unfinished, oldest first; the index stays as small as the backlog.
create index inbox_unfinished on inbox (received_at) where status = 'received';

-- Down Migration

drop table inbox;
