/** Bounds of the stores, with their reasons. */
import { settings } from '@dewar/base'

/** The defaults of all stores. */
export const defaults = settings({
  maxEntries: {
    value: 100_000,
    unit: 'count',
    minimum: 1,
    guards: 'memory that grows with every visitor who brings no cookie',
    source: 'about 50 MB of small entries',
  },
  maxKeyLength: {
    value: 512,
    unit: 'count',
    minimum: 16,
    guards: 'keys made of whole headers',
    source: 'an id of 64 characters with its prefix needs a quarter of it',
  },
  maxValueLength: {
    value: 1_048_576,
    unit: 'bytes',
    minimum: 1024,
    guards: 'a full disk or memory through one visitor',
    source: "memcached's default item size, so that an application can change stores",
  },
  maxTtl: {
    value: 34_560_000,
    unit: 's',
    minimum: 1,
    guards: 'entries that are never dropped',
    source: 'RFC 6265bis §5.5: user agents cap cookies at 400 days',
  },
  busyTimeout: {
    value: 5,
    unit: 's',
    minimum: 0,
    guards: 'an error because another process happens to be writing',
    source: 'https://www.sqlite.org/c3ref/busy_timeout.html; far above the length of one write',
  },
  purgeInterval: {
    value: 60,
    unit: 's',
    minimum: 0,
    guards: 'a file that grows with expired entries',
    source: 'expired entries are never read, so removal may wait',
  },
  purgeBatch: {
    value: 500,
    unit: 'count',
    minimum: 1,
    guards: 'one request paying for the removal of a million entries',
    source: 'some milliseconds of work',
  },
  keyPrefix: {
    value: 'dewar:',
    guards: 'two applications on one server meeting under one key',
    source: 'Flask-Session and cachelib: a prefix for each kind of entry',
  },
  keyHash: {
    value: 'sha256',
    guards: 'two keys meeting in one, where a server takes short keys only',
    source: 'Memcached: 250 bytes, no blanks',
  },
  commandTimeout: {
    value: 2,
    unit: 's',
    minimum: 1,
    maximum: 60,
    guards: 'requests that pile up behind a server that does not answer',
    source: 'a thousand times what a command takes; people wait no longer',
  },
  maxPending: {
    value: 10_000,
    unit: 'count',
    minimum: 1,
    guards: 'memory that grows while a server does not answer',
    source: 'more than one process has under way in two seconds, at 5,000 requests a second',
  },
  poolSize: {
    value: 10,
    unit: 'count',
    minimum: 1,
    guards: 'one process taking all connections of the database',
    source: 'pg: 10; PostgreSQL allows 100 in all',
  },
  table: {
    value: 'dewar_store',
    guards: 'nothing: a name that no application uses',
    source: 'as in the SQLite file',
  },
})
