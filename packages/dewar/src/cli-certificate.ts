/**
 * A certificate for `dewar run --cert adhoc`: made for one run, for this machine's own names, trusted by nobody.
 *
 * Node makes keys and signatures; what is written here is the frame around them, an X.509 certificate in DER.
 * @see RFC 5280 §4.1; ITU-T X.690 (DER); Werkzeug: `ssl_context='adhoc'`
 */

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { systemClock } from '@dewar/base'
import { defaults } from './defaults.ts'

const oids = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
} as const

/** A key and its certificate, PEM. */
export interface DevCertificate {
  readonly key: string
  readonly cert: string
}

/** Makes a key and a certificate for `localhost`, `127.0.0.1` and `::1`. @internal */
export function createDevCertificate(now = systemClock()): DevCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(oids.ecdsaWithSha256))
  const name = sequence(set(sequence(oid(oids.commonName), utf8('localhost, made by dewar run'))))
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    name,
    sequence(time(now - defaults.certificateClockSkew.value), time(now + defaults.certificateLifetime.value)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions())),
  )
  const signature = sign('sha256', body, privateKey)
  const der = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), signature))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

function extensions(): Buffer[] {
  const dns = (text: string) => tagged(0x82, Buffer.from(text))
  const ip = (...bytes: number[]) => tagged(0x87, Buffer.from(bytes))
  const loopback6 = [...Array<number>(15).fill(0), 1]
  return [
    extension(oids.basicConstraints, sequence()),
    extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth))),
    extension(oids.subjectAltName, sequence(dns('localhost'), ip(127, 0, 0, 1), ip(...loopback6))),
  ]
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tagged(0x04, value))
}

/** Positive and not zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

/** A tag, the length in as few bytes as it takes, the content. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...bytes]), content])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts)
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x31, ...parts)
}

function integer(bytes: Uint8Array): Buffer {
  return tagged(0x02, bytes)
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'))
}

function utf8(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text))
}

/** UTCTime, as RFC 5280 wants it until 2049. */
function time(seconds: number): Buffer {
  const digits = new Date(seconds * 1000)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
    .slice(2)
  return tagged(0x17, Buffer.from(digits))
}
