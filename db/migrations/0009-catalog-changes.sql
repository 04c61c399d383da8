-- Up Migration

-- The version of the catalog in which a row was last written: readers that hold a copy ask for what came after theirs.
alter table services add column changed_in bigint not null default 0;
create index services_changed_in on services (changed_in);

-- Rows that are deleted leave nothing behind to ask for: copies older than this version are read anew.
alter table catalog_version add column whole_since bigint not null default 0;

-- A writer holds the lock on the version and raises it by one at its end.
create function note_service_change() returns trigger language plpgsql as $$
begin
  new.changed_in := (select version + 1 from catalog_version);
  return new;
end $$;
create trigger services_changed before insert or update on services
  for each row execute function note_service_change();

create function note_services_gone() returns trigger language plpgsql as $$
begin
  update catalog_version set whole_since = version + 1;
  return null;
end $$;
create trigger services_deleted after delete on services
  for each statement execute function note_services_gone();
create trigger services_truncated after truncate on services
  for each statement execute function note_services_gone();

-- Down Migration

drop trigger services_truncated on services;
drop trigger services_deleted on services;
drop trigger services_changed on services;
drop function note_services_gone();
drop function note_service_change();
alter table catalog_version drop column whole_since;
drop index services_changed_in;
alter table services drop column changed_in;
