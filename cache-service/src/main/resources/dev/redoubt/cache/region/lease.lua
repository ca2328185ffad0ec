-- Looks a value up once more and, if there is none, takes the lease to load it.
-- KEYS: value, lease. ARGV: token; milliseconds; now; prefix of tag keys.
-- Returns {0, value} there is one; {1} the lease is taken; {2, value or nil} somebody else has it, and what is there is stale.
local value = redis.call('GET', KEYS[1])
if live(value, tonumber(ARGV[3]), ARGV[4]) then
  return { 0, value }
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return { 1 }
end
if live(value, 0, ARGV[4]) then
  return { 2, value }
end
return { 2 }
