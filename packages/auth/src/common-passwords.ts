/** The passwords that everybody tries first. Loaded when the first new password is checked: it is a megabyte. */
import { dictionary } from '@zxcvbn-ts/language-common'

/** Some 49,000 from published breaches, in lower case. */
export const commonPasswords: ReadonlySet<string> = new Set(dictionary['passwords-common'])
