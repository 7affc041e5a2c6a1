#!/bin/sh
# Becomes redis-server, with the password in a file of its own: an argument would show it in the process list.
set -eu

case "${1:-redis-server}" in -* | *.conf) set -- redis-server "$@" ;; esac
if [ "$1" = redis-server ]; then
  if [ -n "${REDIS_PASSWORD_FILE:-}" ]; then
    [ -r "$REDIS_PASSWORD_FILE" ] || {
      echo "redis image: REDIS_PASSWORD_FILE names $REDIS_PASSWORD_FILE, which cannot be read" >&2
      exit 78
    }
    REDIS_PASSWORD=$(cat "$REDIS_PASSWORD_FILE")
  fi
  if [ -n "${REDIS_PASSWORD:-}" ]; then
    umask 0077
    auth=$(mktemp)
    # Redis reads a quoted value with \ as the escape character.
    printf 'requirepass "%s"\n' "$(printf '%s' "$REDIS_PASSWORD" | sed 's/[\\"]/\\&/g')" > "$auth"
    set -- "$@" --include "$auth"
    unset REDIS_PASSWORD
  fi
fi
exec "$@"
