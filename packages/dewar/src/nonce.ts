import { useContext } from './context.ts'

/**
 * The nonce of this response's Content-Security-Policy, for `<script nonce="{{ csp_nonce() }}">`.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
 * @see Flask-Talisman: `csp_nonce`
 */
export function cspNonce(): string {
  return useContext('cspNonce()').nonce
}
