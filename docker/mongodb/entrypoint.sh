#!/bin/sh
# Becomes FerretDB, which makes its first login by itself where there is none yet.
set -eu

fail() {
  echo "mongodb image: $*" >&2
  exit 78
}

: "${MONGO_INITDB_DATABASE:?mongodb image: set MONGO_INITDB_DATABASE}"
: "${APPLICATION_USERNAME:?mongodb image: set APPLICATION_USERNAME}"
: "${APPLICATION_PASSWORD:?mongodb image: set APPLICATION_PASSWORD}"
[ -w /data/db ] || fail "uid $(id -u) cannot write /data/db: it must be a volume that it owns (fsGroup 999)"

# No registry, no telemetry, no debug port: nothing but the protocol. Only this authentication knows SCRAM, which is what
# MongoDB's own drivers speak.
export FERRETDB_HANDLER=sqlite FERRETDB_SQLITE_URL=file:/data/db/ FERRETDB_STATE_DIR=/data/db \
  FERRETDB_LISTEN_ADDR=:27017 FERRETDB_DEBUG_ADDR=- FERRETDB_TELEMETRY=disable FERRETDB_LOG_LEVEL=warn \
  FERRETDB_TEST_ENABLE_NEW_AUTH=true FERRETDB_SETUP_DATABASE="$MONGO_INITDB_DATABASE" \
  FERRETDB_SETUP_USERNAME="$APPLICATION_USERNAME" FERRETDB_SETUP_PASSWORD="$APPLICATION_PASSWORD"
unset MONGO_INITDB_ROOT_USERNAME MONGO_INITDB_ROOT_PASSWORD APPLICATION_PASSWORD
exec "$@"
