-- wrk's load. After "--": the path with its query; with a range, its first and last start (Unix ms) and how many minutes each request asks for, then every
-- request gets a start of its own. Prints one line of JSON at the end.
local path, first, last, minutes

function init(args)
  path, first, last, minutes = args[1], tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
  math.randomseed(tonumber(args[5]) or 1)
end

function request()
  if not first then
    return wrk.format("GET", path)
  end
  local start = first + math.floor(math.random() * ((last - first) / 60000)) * 60000
  return wrk.format("GET", string.format("%s&start=%s&end=%s", path, iso(start), iso(start + minutes * 60000)))
end

function iso(ms)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", ms / 1000)
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"errors":%d,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f}',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
