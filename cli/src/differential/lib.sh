# SPDX-FileCopyrightText: The Renacer authors
# SPDX-License-Identifier: Apache-2.0
#
# What set-ups of programs.tsv share. They run in the folder of the program, before each run of it, untraced.

# serve PORT COMMAND...: runs a server until the program has ended, and waits until it accepts connections.
serve() {
  local port=$1 pid
  shift
  setsid "$@" >"$HOME/../server.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >>"$SERVERS"
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "$pid" || { cat "$HOME/../server.log" >&2; return 1; }
    read -rt 0.05 <> <(:) || :
  done
}

# files: a few files and folders, with times that are the same in each run.
files() {
  mkdir -p tree/one tree/two/three
  seq 1 500 >tree/numbers
  printf 'alpha\nbeta\ngamma\n' >tree/one/letters
  printf '#!/bin/sh\necho hello\n' >tree/two/three/script
  chmod 755 tree/two/three/script
  ln -s letters tree/one/link
  find tree -exec touch -h -d '2024-01-01 00:00:00 UTC' {} +
}

# program: the source of a small C program.
program() {
  printf '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n' >hello.c
}

# client PORT COMMAND: runs a command of a shell, untraced, as soon as the traced program listens on this port.
client() {
  local port
  port=$(printf ':%04X 00000000:0000 0A' "$1")
  setsid bash -c 'until grep -q "$1" /proc/net/tcp; do read -rt 0.05 <> <(:); done; '"$2" client "$port" >"$HOME/../client.log" 2>&1 </dev/null &
  echo $! >>"$SERVERS"
}

# postgres_server PORT: a PostgreSQL server of its own, as the user its package has made.
postgres_server() {
  local programs
  programs=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
  install -d -o postgres -m 0700 database
  cd database
  runuser -u postgres -- "$programs/initdb" -D "$PWD/data" -A trust --no-sync >log
  serve "$1" runuser -u postgres -- "$programs/postgres" -D "$PWD/data" -p "$1" -h 127.0.0.1 -k "$PWD"
  until "$programs/pg_isready" -q -h 127.0.0.1 -p "$1"; do
    read -rt 0.05 <> <(:) || :
  done
}
