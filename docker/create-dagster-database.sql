-- Dagster's own storage, beside our database. Postgres runs this once, when its volume is new.
CREATE DATABASE dagster;
