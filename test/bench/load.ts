/** The load generator, a process of its own: `load.ts <url> <seconds> <connections> <pipelining>`; writes one line of JSON. */
import autocannon from 'autocannon'

const [url = '', seconds = '1', connections = '1', pipelining = '1'] = process.argv.slice(2)
const result = await autocannon({
  url,
  duration: Number(seconds),
  connections: Number(connections),
  pipelining: Number(pipelining),
  headers: { accept: 'text/html,*/*;q=0.8', 'user-agent': 'bench' },
})

process.stdout.write(
  JSON.stringify({
    requests: result.requests.total,
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
  }),
)
