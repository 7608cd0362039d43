/**
 * Seals: what a login may keep of a password hash, and of where it was begun, in a cookie that the visitor can read.
 *
 * Threat: a session that goes on after its password was changed; a cookie from which a password hash, an address or a
 * browser could be found out by trying.
 * Construction: HMAC-SHA256 by a key derived for the purpose, cut to 128 and 96 bits. Without the app's key there is nothing
 * to try against. All keys of the ring verify, so that sessions outlive a rotation.
 * Defaults: a seal is made where the app says what to seal (`passwordHash`, `sessionId`).
 */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { clientKey } from '@dewar/security'
import type { KeyRing } from '@dewar/signing'
import type { AppRequest } from 'dewar'
import { loginLimits } from './defaults.ts'

/** Seals what a login depends on: if one of the parts changes, so does the seal. */
export function sealLogin(keys: KeyRing, parts: readonly (string | null)[]): string {
  return mac(keys.derive('auth:login-seal').newest.secret, JSON.stringify(parts), loginLimits.sealBytes.value)
}

/** Whether a seal is of these parts. */
export function isSealOf(keys: KeyRing, seal: string, parts: readonly (string | null)[]): boolean {
  const text = JSON.stringify(parts)
  return keys
    .derive('auth:login-seal')
    .all.some(({ secret }) => isSame(mac(secret, text, loginLimits.sealBytes.value), seal))
}

/** Where a request comes from, as far as a session is bound to it: its network and its browser. */
export function placeOf(keys: KeyRing, request: AppRequest): string {
  return mac(keys.derive('auth:login-place').newest.secret, placeText(request), loginLimits.placeBytes.value)
}

/** Whether a session was begun where a request comes from. */
export function isPlaceOf(keys: KeyRing, place: string, request: AppRequest): boolean {
  const text = placeText(request)
  return keys
    .derive('auth:login-place')
    .all.some(({ secret }) => isSame(mac(secret, text, loginLimits.placeBytes.value), place))
}

function placeText({ remoteAddr, headers }: AppRequest): string {
  return JSON.stringify([clientKey(remoteAddr), headers.get('User-Agent')])
}

function mac(key: KeyObject, text: string, bytes: number): string {
  return createHmac('sha256', key).update(text).digest().subarray(0, bytes).toString('base64url')
}

function isSame(actual: string, expected: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
