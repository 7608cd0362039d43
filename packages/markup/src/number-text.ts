/** Numbers as Python's formats write them. */

/**
 * A number with fixed decimals, exact ties going to the even digit.
 *
 * @param value a finite number
 * @param digits decimals, 0 to 99
 */
export function fixedText(value: number, digits: number): string {
  if (Math.abs(value) >= 1e21) return bigText(value) + (digits > 0 ? `.${'0'.repeat(digits)}` : '')
  const rounded = value.toFixed(digits)
  const exact = value.toFixed(100)
  const cut = exact.length - 100 + digits
  const kept = exact.slice(0, digits === 0 ? cut - 1 : cut)
  const isTie = /^50*$/.test(exact.slice(cut))
  return isTie && /[02468]$/.test(kept) ? signedZero(kept, value) : signedZero(rounded, value)
}

/**
 * A number with an exponent of at least two digits.
 *
 * @param value a finite number
 * @param digits decimals, 0 to 99
 */
export function exponentText(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
}

/**
 * A number with a number of significant digits, whichever notation is shorter, without zeros at the end.
 *
 * @param value a finite number
 * @param digits significant digits; 0 counts as 1
 * @param keepZeros whether zeros at the end stay
 */
export function generalText(value: number, digits: number, keepZeros: boolean): string {
  const precision = Math.max(1, Math.min(digits, 100))
  const exponent = value === 0 ? 0 : Number(/e([+-]\d+)$/.exec(value.toExponential(precision - 1))?.[1] ?? 0)
  const plain = exponent >= -4 && exponent < precision
  const text = plain ? fixedText(value, precision - 1 - exponent) : exponentText(value, precision - 1)
  if (keepZeros || !text.includes('.')) return text
  return text.replace(/\.?0+(e|$)/, '$1')
}

/** Digits in groups of three (or another size), from the right; a fraction or exponent is left alone. */
export function groupDigits(text: string, separator: string, size: number): string {
  const whole = /^[0-9a-fA-F]+/.exec(text)?.[0] ?? ''
  const groups = whole.replace(new RegExp(`\\B(?=(?:[0-9a-fA-F]{${size}})+$)`, 'g'), separator)
  return groups + text.slice(whole.length)
}

function signedZero(text: string, value: number): string {
  return Object.is(value, -0) && !text.startsWith('-') ? `-${text}` : text
}

function bigText(value: number): string {
  return BigInt(value).toString()
}
