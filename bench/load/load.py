"""Applications as docs/connect.md has them. Prints what they saw as one line of JSON when it is told to end (SIGTERM)."""
import json, os, pathlib, signal, threading, time
import redis

BINDING = pathlib.Path("/binding")
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
lock = threading.Lock()
seen = {"commands": 0, "failed": 0, "cut": 0, "connections": 0, "why": []}

def count(why=None, **more):
    with lock:
        if why:
            seen["why"] = (seen["why"] + [time.strftime("%X ") + why])[:20]
        for key, value in more.items():
            seen[key] += value

def connect():
    # All files of one version: between two of them the kubelet may swap the link.
    files = BINDING / os.readlink(BINDING / "..data")
    def read(name):
        return (files / name).read_text()
    presented = {}
    if (files / "tls.crt").exists():
        presented = {"ssl_certfile": str(files / "tls.crt"), "ssl_keyfile": str(files / "tls.key")}
    client = redis.Redis(host=read("REDIS_HOST"), port=int(read("REDIS_PORT")), username=read("REDIS_USERNAME"),
                         password=read("REDIS_PASSWORD"), ssl=True, ssl_cert_reqs="required", ssl_check_hostname=True,
                         ssl_ca_certs=str(files / "ca.crt"), socket_connect_timeout=5, socket_timeout=5, retry=None,
                         single_connection_client=True, **presented)
    count(connections=1)
    return client

def use(client, key):
    client.set(key, "value")
    assert client.get(key) == b"value"
    count(commands=2)

def hold(key):
    client = None
    while not ended.is_set():
        try:
            client = client or connect()
            use(client, key)
            time.sleep(0.02)
        except redis.ResponseError as error:
            count(failed=1, why=str(error)); client = None; time.sleep(0.1)
        except (redis.RedisError, OSError, AssertionError) as error:
            count(failed=1, cut=1, why=repr(error)); client = None; time.sleep(0.1)

def visit(key):
    while not ended.is_set():
        try:
            client = connect()
            use(client, key)
            client.close()
        except (redis.RedisError, OSError, AssertionError) as error:
            count(failed=1, why=repr(error))
        ended.wait(1)

name = pathlib.Path("/etc/hostname").read_text().strip()
threads = [threading.Thread(target=hold, args=(f"{name}:held:{i}",)) for i in range(10)]
threads += [threading.Thread(target=visit, args=(f"{name}:new:{i}",)) for i in range(2)]
for thread in threads: thread.start()
print("working", flush=True)
ended.wait()
for thread in threads: thread.join()
print(json.dumps(seen), flush=True)
