-- Deletes a value, and the lease to load it, if the precondition holds.
-- KEYS: value, lease. ARGV: precondition; now; prefix of tag keys. Returns 1 deleted or not there; -1 the precondition does not hold.
if not holds(ARGV[1], live(redis.call('GET', KEYS[1]), tonumber(ARGV[2]), ARGV[3])) then
  return -1
end
redis.call('UNLINK', KEYS[1], KEYS[2])
return 1
