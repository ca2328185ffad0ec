-- Stores a value if its precondition holds and the lease it was loaded under still stands.
-- KEYS: value, lease. ARGV: head and body; length of the head; milliseconds to keep it; precondition; token of the lease, '' for none;
-- now in milliseconds, 0 when Redis alone decides what has expired; prefix of tag keys; token for tags that have none; names of tags.
-- Returns 1 stored, and there was no value; 0 stored over one; -1 the precondition does not hold; -2 the lease is gone.
local now = tonumber(ARGV[6])
local version = live(redis.call('GET', KEYS[1]), now, ARGV[7])
if not holds(ARGV[4], version) then
  return -1
end
if ARGV[5] ~= '' then
  if version or redis.call('GET', KEYS[2]) ~= ARGV[5] then
    return -2
  end
  redis.call('UNLINK', KEYS[2])
end
local value = ARGV[1]
if #ARGV > 8 then
  local tags = { string.char(#ARGV - 8) }
  for i = 9, #ARGV do
    local key = ARGV[7] .. ARGV[i]
    local token = redis.call('GET', key)
    -- The token outlives every value that was written under it: once it is gone, all of them are.
    if token then
      redis.call('PEXPIRE', key, ARGV[3], 'GT')
    else
      token = ARGV[8]
      redis.call('SET', key, token, 'PX', ARGV[3])
    end
    tags[#tags + 1] = string.char(#ARGV[i]) .. ARGV[i] .. token
  end
  local head = tonumber(ARGV[2])
  value = value:sub(1, head - 1) .. table.concat(tags) .. value:sub(head + 1)
end
redis.call('SET', KEYS[1], value, 'PX', ARGV[3])
return version and 0 or 1
