-- Notes that a replica lives, and counts those that do.
-- KEYS[1] their names, each with the millisecond of its last sign of life by Redis's clock
-- ARGV    the name of this one, milliseconds after which a silent one does not count
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
