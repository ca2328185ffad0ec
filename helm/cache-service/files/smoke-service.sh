# The smoke test of an application that uses the cache service over HTTP. What it knows: the address, the region that it may
# use, and its API key and the CA at /binding.

value="$SERVICE_URL/v1/cache/$REGION/redoubt-smoke-test-$(uname -n)"
passed=0

# Prints the status and leaves the head and the body in /tmp. The key goes through standard input, so that no argument shows it.
http() {
  printf 'Authorization: Bearer %s\n' "$(cat /binding/API_KEY)" | anonymous --header @- "$@"
}
anonymous() {
  : > /tmp/body
  curl --silent --show-error --max-time 10 --cacert /binding/ca.crt --dump-header /tmp/head --output /tmp/body \
    --write-out '%{http_code}' "$@" 2>&1
}

# expect WHAT PATTERN REPLY: says whether the reply matches the pattern of the shell.
expect() {
  # shellcheck disable=SC2254 # a pattern is what it is
  case $3 in
    $2) passed=$((passed + 1)); echo "ok    $1" ;;
    *) echo "FAIL  $1: expected $2, got: $3"; cat /tmp/body; exit 1 ;;
  esac
}

# A pod is let in once the network has heard of it, which can be a moment after it started.
for _ in 1 2 3 4 5; do
  if [ "$(anonymous "$value")" = 401 ]; then break; else sleep 2; fi
done
echo "$value"
expect "PUT stores a value" "20[014]" "$(http --request PUT --data-binary Hello "$value")"
expect "GET answers 200" "200" "$(http "$value")"
expect "GET reads the value back" "Hello" "$(cat /tmp/body)"
expect "the seconds left to live are told" "[0-9]*" "$(sed -n 's/^cache-control: .*max-age=\([0-9]*\).*/\1/Ip' /tmp/head)"
expect "DELETE deletes it" "20[04]" "$(http --request DELETE "$value")"
expect "GET answers 404 for a miss" "404" "$(http "$value")"
expect "nothing is answered without the key" "401" "$(anonymous "$value")"
echo "$passed passed"
