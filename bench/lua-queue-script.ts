// A script of the size and the style of those that job queues run: helpers that each script carries
// with it, many keys and arguments, calls of commands, cmsgpack and cjson. It is only compiled.
export const QUEUE_SCRIPT = `
--[[
  Takes the next job of a queue, if there is one, and gives a worker all that it needs to know.

    Input:
      KEYS[1] wait      KEYS[2] active     KEYS[3] prioritized
      KEYS[4] delayed   KEYS[5] events     KEYS[6] stalled
      KEYS[7] limiter   KEYS[8] meta       KEYS[9] marker

      ARGV[1] prefix    ARGV[2] now in ms  ARGV[3] options, packed

    Output: the job and its id, or the ms to wait, or nothing.
]]
local waitKey = KEYS[1]
local activeKey = KEYS[2]
local prioritizedKey = KEYS[3]
local delayedKey = KEYS[4]
local eventsKey = KEYS[5]
local stalledKey = KEYS[6]
local limiterKey = KEYS[7]
local metaKey = KEYS[8]
local markerKey = KEYS[9]
local prefix = ARGV[1]
local now = tonumber(ARGV[2])
local options = cmsgpack.unpack(ARGV[3])
local rcall = redis.call

local MAX_PRIORITY_SHIFT = 0x100000000
local BATCH = 1000

-- Keeps the stream of events short.
local function addEvent(name, jobId, ...)
  local maxEvents = rcall("HGET", metaKey, "opts.maxLenEvents") or 10000
  return rcall("XADD", eventsKey, "MAXLEN", "~", maxEvents, "*", "event", name, "jobId", jobId, ...)
end

local function isPausedOrFull(activeCount)
  local attributes = rcall("HMGET", metaKey, "paused", "concurrency", "max", "duration")
  if attributes[1] then
    return true, false, attributes[3], attributes[4]
  end
  local limit = tonumber(attributes[2])
  if limit and activeCount >= limit then
    return false, true, attributes[3], attributes[4]
  end
  return false, false, attributes[3], attributes[4]
end

local function addMarker(delay)
  if delay and delay > 0 then
    rcall("ZADD", markerKey, delay, "1")
  else
    rcall("ZADD", markerKey, 0, "0")
  end
end

local function priorityScore(priority, counter)
  return priority * MAX_PRIORITY_SHIFT + counter % MAX_PRIORITY_SHIFT
end

local function addToPrioritized(jobId, priority)
  local counter = rcall("INCR", prefix .. "pc")
  local score = priorityScore(priority, counter)
  rcall("ZADD", prioritizedKey, score, jobId)
end

--[[ Moves jobs whose time has come, at most so many at once. ]]
local function promoteDelayed(maxTime)
  local jobs = rcall("ZRANGEBYSCORE", delayedKey, 0, (maxTime + 1) * 0x1000 - 1, "LIMIT", 0, BATCH)
  if #jobs == 0 then
    return 0
  end
  for i = 1, #jobs, 500 do
    local last = math.min(i + 499, #jobs)
    rcall("ZREM", delayedKey, unpack(jobs, i, last))
  end
  for _, jobId in ipairs(jobs) do
    local jobKey = prefix .. jobId
    local priority = tonumber(rcall("HGET", jobKey, "priority")) or 0
    if priority == 0 then
      rcall("LPUSH", waitKey, jobId)
    else
      addToPrioritized(jobId, priority)
    end
    addEvent("waiting", jobId, "prev", "delayed")
    rcall("HSET", jobKey, "delay", 0)
  end
  addMarker()
  return #jobs
end

local function nextDelayedTime()
  local result = rcall("ZRANGE", delayedKey, 0, 0, "WITHSCORES")
  if #result > 0 then
    local score = tonumber(result[2])
    return math.floor(score / 0x1000)
  end
end

-- How long to wait before the limiter lets another job pass: 0 if it does now.
local function limiterDelay(maxJobs, duration)
  if not maxJobs then
    return 0
  end
  local count = tonumber(rcall("GET", limiterKey) or "0")
  if count >= tonumber(maxJobs) then
    local ttl = rcall("PTTL", limiterKey)
    if ttl == 0 then
      rcall("DEL", limiterKey)
    elseif ttl > 0 then
      return ttl
    end
  end
  local used = rcall("INCR", limiterKey)
  if used == 1 then
    rcall("PEXPIRE", limiterKey, math.abs(tonumber(duration) or 1000))
  end
  return 0
end

local function takeLock(jobKey, token, lockDuration)
  if token == "0" then
    return true
  end
  local isTaken = rcall("SET", jobKey .. ":lock", token, "PX", lockDuration, "NX")
  if isTaken then
    rcall("SREM", stalledKey, jobKey)
  end
  return isTaken and true or false
end

local function toTable(fields)
  local job = {}
  for i = 1, #fields, 2 do
    local name, value = fields[i], fields[i + 1]
    if name == "opts" or name == "data" then
      local isFine, decoded = pcall(cjson.decode, value)
      job[name] = isFine and decoded or {}
    elseif name == "timestamp" or name == "attemptsMade" then
      job[name] = tonumber(value)
    else
      job[name] = value
    end
  end
  return job
end

local function prepareJob(jobId, reason)
  local jobKey = prefix .. jobId
  if rcall("EXISTS", jobKey) == 0 then
    rcall("LREM", activeKey, 1, jobId)
    return nil, "missing"
  end
  if not takeLock(jobKey, options["token"], options["lockDuration"]) then
    return nil, "locked"
  end
  rcall("HMSET", jobKey, "processedOn", now, "pb", options["name"] or "")
  rcall("HINCRBY", jobKey, "ats", 1)
  addEvent("active", jobId, "prev", reason)
  local job = toTable(rcall("HGETALL", jobKey))
  local parent = job["parentKey"]
  if type(parent) == "string" and parent ~= "" then
    job.isChild = parent:sub(1, #prefix) == prefix
    job.queue = parent:match("^([^:]+):([^:]+):") or "unknown"
  end
  return job
end

promoteDelayed(now)
local activeCount = rcall("LLEN", activeKey)
local isPaused, isFull, maxJobs, duration = isPausedOrFull(activeCount)
if isPaused or isFull then
  return {0, 0, 0, nextDelayedTime() or 0}
end
local wait = limiterDelay(maxJobs, duration)
if wait > 0 then
  return {0, 0, wait, 0}
end

local jobId = rcall("RPOPLPUSH", waitKey, activeKey)
local reason = "waiting"
if not jobId then
  local popped = rcall("ZPOPMIN", prioritizedKey)
  jobId = popped[1]
  reason = "prioritized"
  if jobId then
    rcall("LPUSH", activeKey, jobId)
  end
end
while jobId do
  local job, problem = prepareJob(jobId, reason)
  if job then
    return {cjson.encode(job), jobId, 0, 0}
  elseif problem == "locked" then
    return redis.error_reply("Missing lock for job " .. jobId .. ", " .. prefix)
  end
  jobId = rcall("RPOPLPUSH", waitKey, activeKey)
end
local nextTime = nextDelayedTime()
if nextTime ~= nil then
  addMarker(nextTime)
  return {0, 0, 0, nextTime}
end
rcall("DEL", limiterKey)
return {0, 0, 0, 0}
`;
