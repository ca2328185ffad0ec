#!/bin/sh
# Entry point of the Redis and Valkey images. It accepts what the official images' entry points accept, so that a
# command line, a compose file or a pod written for one of those works with these images, and the other way round:
#   (nothing) | --option … | file.conf   starts the server with these arguments
#   as root                              hands the working directory to the server's user and becomes that user
#   any other command                    is run as it is
# The operator never comes here: its pods name the server as their command.
set -eu

server=@SERVER@ # redis-server or valkey-server
user=@USER@     # redis or valkey

case "${1:-}" in
'' | -* | *.conf) set -- "$server" "$@" ;;
esac

if [ "$1" = "$server" ] && [ "$(id -u)" = 0 ]; then
  find . ! -user "$user" -exec chown "$user" {} +
  # busybox's su replaces itself by the shell that runs this script again: no process stays in between.
  exec su -p -s /bin/sh -- "$user" "$0" "$@"
fi

# Data files are for the server's user only, unless the caller chose a umask of its own.
if [ "$(umask)" = 0022 ]; then umask 0077; fi

# shellcheck disable=SC2086 # a list of words, as in the official Valkey image
if [ "$server" = valkey-server ]; then set -- "$@" ${VALKEY_EXTRA_FLAGS:-}; fi
exec "$@"
