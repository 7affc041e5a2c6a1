-- Takes the record along: dump it first where it has to be kept.
DROP TABLE audit.events;
DROP SCHEMA audit;
