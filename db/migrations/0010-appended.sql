-- Up Migration

-- What answers that came after the first look's budget made of it; the first look itself stays as it was posted.
alter table investigations add column appended jsonb;

-- Down Migration

alter table investigations drop column appended;
