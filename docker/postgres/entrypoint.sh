#!/bin/sh
# Makes a database cluster where there is none, then becomes the server.
#
# Understands what the official image understands: POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB (each also as _FILE),
# POSTGRES_INITDB_ARGS, PGDATA, /docker-entrypoint-initdb.d/*.{sh,sql,sql.gz}; arguments that begin with - go to the server.
# Differs on purpose: needs a password, never starts as root, and a cluster appears under PGDATA all at once or not at all.
set -eu

fail() {
  echo "postgres image: $*" >&2
  exit 78
}

# The value of $1, or the content of the file that $1_FILE names, or $2.
setting() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  # shellcheck disable=SC2154
  if [ -n "$value" ] && [ -n "$file" ]; then fail "$1 and $1_FILE are both set: set one"; fi
  if [ -n "$file" ]; then
    [ -r "$file" ] || fail "$1_FILE names $file, which cannot be read"
    value=$(cat "$file")
  fi
  printf '%s' "${value:-$2}"
}

# The official image's socket directory where it can be written: an emptyDir on /run starts out without it.
socket_directory() {
  if mkdir -p /var/run/postgresql 2> /dev/null && [ -w /var/run/postgresql ]; then
    echo /var/run/postgresql
  else
    echo /tmp
  fi
}

run_hooks() {
  for hook in /docker-entrypoint-initdb.d/*; do
    [ -e "$hook" ] || continue
    echo "postgres image: running $hook"
    case "$hook" in
      *.sh) sh "$hook" ;;
      *.sql) psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet -f "$hook" ;;
      *.sql.gz) gunzip -c "$hook" | psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet ;;
      *) echo "postgres image: ignoring $hook" ;;
    esac
  done
}

initialise() {
  user=$(setting POSTGRES_USER postgres)
  database=$(setting POSTGRES_DB "$user")
  password=$(setting POSTGRES_PASSWORD '')
  [ -n "$password" ] || fail "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE: a new database needs its superuser's password"
  parent=$(dirname "$PGDATA")
  [ -w "$parent" ] || fail "uid $(id -u) cannot write $parent: PGDATA must be a directory inside a volume that it owns (fsGroup 999)"

  # An initialisation that was killed left only this directory, which no client has ever seen.
  new=$PGDATA.initialising
  rm -rf "$new"

  passwords=$(mktemp)
  printf '%s\n' "$password" > "$passwords"
  # shellcheck disable=SC2086
  initdb --pgdata="$new" --username="$user" --pwfile="$passwords" --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 ${POSTGRES_INITDB_ARGS:-} > /dev/null
  rm -f "$passwords"
  echo 'host all all all scram-sha-256' >> "$new/pg_hba.conf"

  # A server that only this script can reach: no TCP, a socket in a private directory.
  socket=$(mktemp -d)
  # A sub-shell, so that hooks see the connection and the final server does not.
  pg_ctl --pgdata="$new" --silent --wait -o "-c listen_addresses='' -c unix_socket_directories=$socket" start > /dev/null
  trap 'pg_ctl --pgdata="$new" --silent --mode=immediate stop || true' EXIT
  (
    export PGHOST="$socket" PGUSER="$user" PGDATABASE="$database" POSTGRES_USER="$user" POSTGRES_DB="$database"
    if [ "$database" != postgres ]; then createdb --maintenance-db=postgres "$database"; fi
    run_hooks
  )
  trap - EXIT
  pg_ctl --pgdata="$new" --silent --wait --mode=fast stop > /dev/null
  rmdir "$socket" 2> /dev/null || true
  mv -T "$new" "$PGDATA"
  echo "postgres image: made database $database, owned by $user, in $PGDATA"
}

case "${1:-postgres}" in -*) set -- postgres "$@" ;; esac
case " $* " in *' --version '* | *' -V '* | *' --help '* | *' -? '*) exec "$@" ;; esac
if [ "$1" = postgres ]; then
  [ "$(id -u)" != 0 ] || fail "runs as uid 999, not as root"
  umask 0077
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # initialise leaves nothing half-made under PGDATA, so what is there is somebody else's.
    if [ -n "$(ls -A "$PGDATA" 2> /dev/null)" ]; then fail "$PGDATA is not empty and holds no database: clear it"; fi
    if [ -d "$PGDATA" ] && ! rmdir "$PGDATA" 2> /dev/null; then
      fail "PGDATA=$PGDATA is the volume itself: point it to a directory inside, such as $PGDATA/pgdata"
    fi
    initialise
  fi
  # A pod's fsGroup opens a volume's directories to the group at each mount; the server refuses such a one.
  chmod 0700 "$PGDATA"
  # Secrets of the first start are none of the server's business: its environment is readable in /proc.
  unset POSTGRES_PASSWORD password value
  shift
  # Before the caller's arguments, so that theirs win.
  set -- -c 'listen_addresses=*' -c "unix_socket_directories=$(socket_directory)" "$@"
  set -- postgres "$@"
fi
exec "$@"
