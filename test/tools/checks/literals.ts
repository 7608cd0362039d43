/** Limits stand in `defaults.ts`: a number that a module keeps beside its code is a limit, or has a reason here. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check, Finding } from '../finding.ts'
import { readPackages, repositoryPath } from '../workspace.ts'

/** Why a number is no limit, by the short name of the package, its file and the constant. */
const allowances: Readonly<Record<string, string>> = {
  'forms/byte-buffer.ts SMALLEST': 'where a buffer begins to grow',
  'forms/file-signatures.ts SIGNATURE_SIZE': 'as far as file-type looks',
  'forms/image-size.ts FRAME_SIZE': 'format of JPEG',
  'forms/image-size.ts ISPE_SIZE': 'format of AVIF',
  'forms/second-format.ts archiveReach': 'format of ZIP: the longest comment and the record before it',
  'forms/urlencoded.ts NO_DIGIT': 'a mark in a table of digits',
  'http/dates.ts MAX_LENGTH': 'format: no date of RFC 9110 is half as long',
  'http/headers.ts SHOWN': 'what a message shows of a value',
  'http/host.ts MAX_LENGTH': 'format: RFC 1035 §2.3.4, a colon and a port',
  'http/host.ts MAX_PORT': 'format: RFC 9293 §3.1',
  'http/iri.ts MAX_LABEL': 'format: RFC 1035 §2.3.4',
  'http/iri.ts MAX_PORT': 'format: RFC 9293 §3.1',
  'http/multi-dict.ts SCANNED': 'speed: where a map overtakes a search',
  'http/percent-encoding.ts ASCII': 'format: the first code point beyond ASCII',
  'http/response.ts DEFAULT_STATUS': 'RFC 9110 §15.3.1',
  'routing/express.ts mostRules': 'speed of the setup, and told by an error',
  'routing/matcher.ts exactDigits': 'what a double holds',
  'routing/overlap.ts decisionCost': 'speed: a measured ratio',
  'routing/state.ts fewSteps': 'speed: where a map overtakes a search',
  'routing/text-table.ts mostPlaces': 'speed: the size of a table',
  'routing/text-table.ts longestChain': 'speed: the size of a table',
  'routing/text-table.ts fewLengths': 'speed: the size of a table',
  'signing/hmac.ts blockLength': 'format of SHA-256',
  'signing/hmac.ts digestLength': 'format of SHA-256',
  'signing/hmac.ts bytesOfUnit': 'format of UTF-8',
  'signing/itsdangerous/serializer.ts shortLength': 'speed: where a second search is not worth it',
  'signing/itsdangerous/short-deflate.ts maxLazy': 'format: level 6 of zlib',
  'signing/itsdangerous/timestamp-signer.ts lastTimestamp': "the end of Python's datetime",
  'signing/jws.ts macLength': 'format of HS256 in base64url',
  'signing/sealer.ts ivBytes': 'format: RFC 7518 §5.3',
  'signing/sealer.ts tagBytes': 'format: RFC 7518 §5.3',
  'stores/contract.ts minute': 'a lifetime in the tests of stores',
  'stores/memcached-requests.ts headerLength': 'format of the binary protocol',
  'stores/memcached.ts relativeLimit': 'format: what Memcached takes for a point in time',
  'stores/memory-store.ts roomSearch': 'speed: constant work for each write',
  'templates/compile-macro.ts placedDepth': 'size of compiled code',
  'templates/position.ts columns': 'format of a place in compiled code',
  'templates/state-walk.ts rounds': 'speed of compiling, and told by an error',
  'templates/user-guard.ts largest': 'what a double holds',
}

// The formatter puts module-level constants at the start of a line. Bytes are written in hexadecimal and pass.
const constant = /^(?:export )?const (\w+)(?:: [^=]+)? = (.+)$/gm
const number = /^[-(]*\d[\d_.]*n?(?:[\s*+/()-]+\d[\d_.]*n?)*\)*$/
const numbers = /^\{ \w+: \d[\d_.]*(?:, \w+: \d[\d_.]*)* \}(?: as const)?$/

export const literals: Check = {
  name: 'limits stand in defaults.ts',
  run(repository) {
    const unused = new Set(Object.keys(allowances))
    const findings: Finding[] = []
    for (const { short, folder, sources } of readPackages(repository)) {
      for (const file of sources.filter(isJudged)) {
        for (const { name, line } of readConstants(readFileSync(join(folder, file), 'utf8'))) {
          const allowance = `${short}/${file.slice('src/'.length)} ${name}`
          if (allowances[allowance] === undefined) {
            const where = `${repositoryPath(join(folder, file), repository)}:${line}`
            findings.push({ where, message: `${name} is a number outside of defaults.ts.`, fix })
          } else unused.delete(allowance)
        }
      }
      findings.push(...[...unused].filter((name) => name.startsWith(`${short}/`)).map(stale))
    }
    return findings
  },
}

const fix =
  'Move it into the package’s defaults.ts, or say in test/tools/checks/literals.ts why it is no limit.'

function isJudged(file: string): boolean {
  return file.startsWith('src/') && !/(?:^|[/-])defaults\.ts$/.test(file)
}

/** The module-level constants that are numbers greater than one, or a line of such. */
function readConstants(source: string): { readonly name: string; readonly line: number }[] {
  const found = []
  for (const { index, 1: name = '', 2: value = '' } of source.matchAll(constant)) {
    const isNumber = number.test(value) && !/^[-(]*[01]\)*$/.test(value)
    if (!isNumber && !numbers.test(value)) continue
    found.push({ name, line: source.slice(0, index).split('\n').length })
  }
  return found
}

function stale(name: string): Finding {
  return {
    where: 'test/tools/checks/literals.ts',
    message: `'${name}' is allowed and not there.`,
    fix: 'Take its row out.',
  }
}
