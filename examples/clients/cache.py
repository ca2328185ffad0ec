"""cache_get and cache_set(ttl=300) of a Python application, with nothing but the standard library.

URL, and API_KEY or TOKEN_FILE (a projected ServiceAccount token), and CA_FILE come from the environment; in Kubernetes from the
Secret that status.clients of the CacheService names.
"""
import json, os, ssl, urllib.error, urllib.parse, urllib.request

URL = os.environ["URL"]
TRUST = ssl.create_default_context(cafile=os.environ.get("CA_FILE")) if URL.startswith("https") else None


def _credential():
    # The kubelet renews a token in place: it is read anew for each request.
    token_file = os.environ.get("TOKEN_FILE")
    return open(token_file).read().strip() if token_file else os.environ["API_KEY"]


def _call(method, region, key, body=None, query=""):
    request = urllib.request.Request(
        f"{URL}/v1/cache/{region}/{urllib.parse.quote(key, safe='')}{query}", data=body, method=method,
        headers={"Authorization": f"Bearer {_credential()}", "Content-Type": "application/json"})
    return urllib.request.urlopen(request, timeout=5, context=TRUST)


def cache_get(region, key):
    """The value, or None on a miss. Raises HTTPError 503 when nobody can tell: do not ask the database because of that."""
    try:
        return json.load(_call("GET", region, key))
    except urllib.error.HTTPError as e:
        if e.code == 404:
            return None
        raise


def cache_set(region, key, value, ttl=300):
    _call("PUT", region, key, json.dumps(value).encode(), f"?ttl={ttl}s")


if __name__ == "__main__":
    print(cache_get("long", "portfolio/42"))
    cache_set("long", "portfolio/42", {"value": 1000, "currency": "EUR"}, ttl=300)
    print(cache_get("long", "portfolio/42"))
