/** The server's limits and clocks, each with its reason. */
import { type SettingsOptions, settings } from '@dewar/base'

/** Every setting of the room; the server's and the files' tables below are parts of it. */
export const defaults = settings({
  headersTimeout: {
    value: 20,
    unit: 's',
    key: 'HEADERS_TIMEOUT',
    minimum: 1,
    guards: 'slow heads (Slowloris) holding connections open for ever',
    source: 'ASVS 5.0 §4.2; Node: server.headersTimeout (60 s there)',
  },
  requestTimeout: {
    value: 300,
    unit: 's',
    key: 'REQUEST_TIMEOUT',
    minimum: 1,
    guards: 'slow bodies holding connections and memory',
    source: 'Node: server.requestTimeout',
  },
  bodyGrace: {
    value: 20,
    unit: 's',
    key: 'BODY_GRACE',
    minimum: 1,
    guards: 'honest clients on bad networks: their rate counts only after so much waiting for them',
    source: 'Apache mod_reqtimeout: body=20',
  },
  minBodyRate: {
    value: 500,
    unit: 'bytes',
    key: 'MIN_BODY_RATE',
    minimum: 0,
    guards: 'bodies sent a byte a second (R-U-Dead-Yet); bytes for each second of waiting, 0 lets them',
    source: 'Apache mod_reqtimeout: MinRate=500',
  },
  keepAliveTimeout: {
    value: 5,
    unit: 's',
    key: 'KEEP_ALIVE_TIMEOUT',
    minimum: 1,
    guards: 'idle connections using up file handles',
    source: 'Node: server.keepAliveTimeout',
  },
  socketTimeout: {
    value: 120,
    unit: 's',
    key: 'SOCKET_TIMEOUT',
    minimum: 1,
    guards: 'clients that stop reading an answer half-way',
    source: 'Node: server.timeout (off there)',
  },
  lingerTimeout: {
    value: 2,
    unit: 's',
    key: 'LINGER_TIMEOUT',
    minimum: 1,
    guards: 'an early answer (413) lost to a TCP reset because the client was still sending',
    source: 'RFC 9112 §9.6',
  },
  shutdownGrace: {
    value: 10,
    unit: 's',
    key: 'SHUTDOWN_GRACE',
    minimum: 0,
    guards: 'a deployment that cuts requests in flight, or one that never ends',
    source: 'Gunicorn: graceful_timeout (30 s there)',
  },
  maxHeaderSize: {
    value: 24_576,
    unit: 'bytes',
    key: 'MAX_HEADER_SIZE',
    minimum: 1024,
    guards: 'memory spent on a request line and header lines',
    source: 'RFC 6585 §5; Node: --max-http-header-size',
  },
  maxHeaders: {
    value: 256,
    unit: 'count',
    key: 'MAX_HEADERS',
    minimum: 1,
    guards: 'time spent on header lines; lines beyond it are refused, never dropped',
    source: 'RFC 6585 §5; Gunicorn: limit_request_fields',
  },
  maxPipelined: {
    value: 64,
    unit: 'count',
    key: 'MAX_PIPELINED',
    minimum: 1,
    guards: 'memory for requests sent ahead of their answers',
    source: 'RFC 9112 §9.3.2',
  },
})

/** How often the server looks for connections whose time is over: four times in the time for a head, within these. */
export const lookDefaults = settings({
  shortestInterval: {
    value: 500,
    unit: 'ms',
    guards: 'time spent on looking for connections that are late',
    source: 'own: clocks of whole seconds need no more',
  },
  longestInterval: {
    value: 5000,
    unit: 'ms',
    guards: 'slow connections that are kept long after their time is over',
    source: 'own: Node looks every 30 s',
  },
})

/** How much a body may travel with that is no body: what chunked coding needs, far from what it allows. */
export const codingDefaults = settings({
  perByte: {
    value: 16,
    unit: 'bytes',
    guards: 'chunk extensions that nobody reads; a chunk of one byte takes six',
    source: 'Go: CVE-2023-39326; Node: CVE-2024-22019, a bound for each chunk there',
  },
  allowance: {
    value: 1_048_576,
    unit: 'bytes',
    guards: 'requests sent ahead, which come by the same socket, taken for extensions',
    source: 'own: Node reads 64 KiB at a time',
  },
})

/** The defaults of files sent from disk. */
export const fileDefaults = settings({
  maxAge: {
    value: null as number | null,
    accepts: 'integer',
    optional: true,
    unit: 's',
    minimum: 0,
    guards: 'stale files in caches: null asks the server each time (no-cache)',
    source: 'Flask: SEND_FILE_MAX_AGE_DEFAULT',
  },
  wholeFileSize: {
    value: 65_536,
    unit: 'bytes',
    minimum: 0,
    guards: 'file handles held open by slow clients: files up to this size are read at once',
    source: 'own measurement',
  },
  chunkSize: {
    value: 65_536,
    unit: 'bytes',
    minimum: 1024,
    guards: 'memory per download',
    source: 'Node: fs.ReadStream highWaterMark',
  },
})

/** Where `serve` listens unless told. */
export const listenDefaults = settings({
  host: {
    value: '127.0.0.1',
    guards: 'an app under development answering the whole network',
    source: 'Flask: app.run',
  },
  port: {
    value: 5000,
    minimum: 0,
    maximum: 65_535,
    guards: 'nothing; 0 lets the system choose',
    source: 'Flask: app.run',
  },
})

/** The server's settings as options. */
export type ServerSettings = SettingsOptions<typeof defaults>
