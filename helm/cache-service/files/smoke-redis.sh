# The smoke test of an application that uses Redis. All it knows is the binding Secret, mounted at /binding.

host=$(cat /binding/REDIS_HOST) port=$(cat /binding/REDIS_PORT)
user=$(cat /binding/REDIS_USERNAME) password=$(cat /binding/REDIS_PASSWORD)
key="redoubt-smoke-test:$(uname -n)"
passed=0

# Sends lines of commands and prints the replies. Arguments and environment are visible to others: the password is neither.
ask() {
  timeout 10 redis-cli -h "$host" -p "$port" --tls --cacert /binding/ca.crt 2>&1
}

# One command as the user of the binding; the reply to the login is dropped when it is the good one.
redis() {
  printf 'AUTH %s %s\n%s\n' "$user" "$password" "$*" | ask | sed '1{/^OK$/d}'
}

# expect WHAT PATTERN REPLY: says whether the reply matches the pattern of the shell.
expect() {
  # shellcheck disable=SC2254 # a pattern is what it is
  case $3 in
    $2) passed=$((passed + 1)); echo "ok    $1" ;;
    *) echo "FAIL  $1: expected $2, got: $3"; exit 1 ;;
  esac
}

# within LOW HIGH NUMBER: the number as it is, when it lies between the two; otherwise words that match no number.
within() {
  if [ "$3" -ge "$1" ] && [ "$3" -le "$2" ]; then echo "$3"; else echo "$3, not from $1 to $2"; fi
}

# A pod is let in once the network has heard of it, which can be a moment after it started.
for _ in 1 2 3 4 5; do
  if [ "$(redis PING)" = PONG ]; then break; else sleep 2; fi
done
info=$(redis INFO server | tr -d '\r')
version=$(echo "$info" | sed -n 's/^valkey_version:/Valkey /p;s/^redis_version:/Redis /p' | sort | tail -n 1)

echo "${version:-An unknown server} as $user at $host:$port"
expect "PING answers PONG over TLS" "PONG" "$(redis PING)"
expect "the version is told" "*[0-9].[0-9]*" "${version:-$info}"
expect "SET stores with a time to live" "OK" "$(redis SET "$key" Hello EX 60)"
expect "GET reads it back" "Hello" "$(redis GET "$key")"
expect "TTL counts down" "[0-9][0-9]" "$(within 50 60 "$(redis TTL "$key")")"
expect "DEL deletes it" "1" "$(redis DEL "$key")"
expect "GET finds nothing any more" "" "$(redis GET "$key")"
expect "CONFIG is refused to an application" "NOPERM*" "$(redis CONFIG GET maxmemory)"
expect "nothing is answered without the password" "NOAUTH*" "$(echo PING | ask)"
echo "$passed passed"
