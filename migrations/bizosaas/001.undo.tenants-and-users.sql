-- The extensions stay: they belong to the administrator, and other schemas may use them.
DROP TABLE users;
DROP TABLE tenants;
