-- Up Migration

-- Whether answers that missed the first look's budget are still to come, or to be asked for again.
alter table investigations add column awaits_late boolean not null default false;

-- Down Migration

alter table investigations drop column awaits_late;
