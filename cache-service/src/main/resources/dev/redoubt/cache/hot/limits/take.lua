-- Takes tokens from buckets, or with price 0 looks into them, in one step and by Redis's clock.
-- KEYS[i] a bucket: its level and the millisecond of it, two little-endian doubles; absent = full
-- ARGV    four for each bucket: units per millisecond, units of a full bucket, price in units, how many want to pay it: whole
--         numbers below 2^52, so nothing is rounded, and the floor of a quotient is the right one
-- Replies the level of each bucket before: as many as it suffices for are allowed, in their order, and the rest refused.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local levels = {}
for i, key in ipairs(KEYS) do
  local rate, full = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2])
  local price, count = tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
  local level, at = full, now
  -- GETEX reads as GET does, but is no reading command: where the connection has tracking on, for values, Redis would remember each key
  -- that GET reads here, and push a message for each SET below.
  local stored = redis.call(price > 0 and 'GETEX' or 'GET', key)
  if stored then
    level, at = struct.unpack('<dd', stored)
    if now > at then level = math.min(full, level + (now - at) * rate) end
  end
  levels[i] = level
  if price > 0 then
    local allowed = math.min(count, math.floor(level / price))
    -- A refusal changes nothing and so writes nothing, unless the clock was set back: then time goes on from here.
    if allowed > 0 or now < at then
      level = level - allowed * price
      -- A full bucket need not be remembered. The millisecond more: the expiry may count from a moment before TIME.
      redis.call('SET', key, struct.pack('<dd', level, now), 'PX', math.ceil((full - level) / rate) + 1)
    end
  end
end
return levels
