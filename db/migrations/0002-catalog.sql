-- Up Migration

-- Every service that was ever declared. Archived, never deleted: a rename or a return keeps its id and history.
create table services (
  id bigint generated always as identity primary key,
  name text not null,
  team text not null,
  repository text not null,
  repository_id bigint,
  path text not null,
  commit text not null,
  definition jsonb not null,
  synced_at timestamptz not null,
  archived_at timestamptz
);

create unique index services_live_name on services (name) where archived_at is null;
create unique index services_live_file on services (repository, path) where archived_at is null;
create index services_name on services (name);

-- What the definition declares, as rows, for questions in SQL; rewritten with it.
create table service_dependencies (
  service_id bigint not null references services on delete cascade,
  name text not null,
  type text not null,
  critical boolean not null,
  aws_hosted boolean not null,
  aws_service text,
  aws_region text,
  health_endpoint text,
  primary key (service_id, name)
);

create index service_dependencies_name on service_dependencies (name);

create table service_resources (
  service_id bigint not null references services on delete cascade,
  pattern text not null,
  type text not null,
  handler_url text,
  primary key (service_id, pattern)
);

create table service_log_patterns (
  service_id bigint not null references services on delete cascade,
  name text not null,
  pattern text not null,
  severity text not null,
  primary key (service_id, name)
);

-- Every state a service has had, the newest last; definition is null where it was archived.
create table service_versions (
  id bigint generated always as identity primary key,
  service_id bigint not null references services on delete cascade,
  name text not null,
  repository text not null,
  path text not null,
  commit text not null,
  definition jsonb,
  recorded_at timestamptz not null
);

create index service_versions_service on service_versions (service_id, id);

-- The push that each file's state in the catalog comes from; a push older than it changes nothing.
create table catalog_files (
  repository text not null,
  repository_id bigint,
  path text not null,
  commit text not null,
  before text not null,
  pushed_at timestamptz,
  head_commit_at timestamptz not null,
  primary key (repository, path)
);

-- Grows by one with every change, so that a reader sees with one cheap question whether its copy is current.
create table catalog_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);

insert into catalog_version (version) values (1);

create table catalog_syncs (
  id text primary key,
  inbox_id text unique,
  repository text not null,
  commit text not null,
  outcome text not null
    check (outcome in ('synced', 'unchanged', 'invalid', 'refused', 'skipped', 'failed')),
  note text,
  files jsonb not null,
  statuses jsonb not null,
  started_at timestamptz not null,
  finished_at timestamptz not null
);

create index catalog_syncs_newest on catalog_syncs (started_at desc, id desc);

-- Down Migration

drop table catalog_syncs;
drop table catalog_version;
drop table catalog_files;
drop table service_versions;
drop table service_log_patterns;
drop table service_resources;
drop table service_dependencies;
drop table services;
