-- Takes tokens from a bucket, or with price 0 looks into it, in one step and by Redis's clock.
-- KEYS[1] the bucket: its level and the millisecond of it, two little-endian doubles; absent = full
-- ARGV    units per millisecond, units of a full bucket, price in units: whole numbers below 2^52, so nothing is rounded
-- Replies the level that is left, or -1 minus the level when it is below the price.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local rate, full, price = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local level, at = full, now
local stored = redis.call('GET', KEYS[1])
if stored then
  level, at = struct.unpack('<dd', stored)
  if now > at then level = math.min(full, level + (now - at) * rate) end
end
local allowed = price <= level
if allowed then level = level - price end
-- A refusal changes nothing and so writes nothing, unless the clock was set back: then time goes on from here.
if price > 0 and (allowed or now < at) then
  -- A full bucket need not be remembered. The millisecond more: the expiry may count from a moment before TIME.
  redis.call('SET', KEYS[1], struct.pack('<dd', level, now), 'PX', math.ceil((full - level) / rate) + 1)
end
return allowed and level or -1 - level
