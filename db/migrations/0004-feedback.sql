-- Up Migration

-- One verdict a person and investigation; the last one counts.
create table feedback (
  investigation_id  text not null references investigations (id),
  person            text not null,
  helpful           boolean not null,
  given_at          timestamptz not null default now(),
  primary key (investigation_id, person)
);

-- Down Migration

drop table feedback;
