/** The extensions of a file's name, however they are hidden, and those that no allowed type makes harmless. */

/** What separates extensions, and what some systems cut a name off at: streams, parameters, NUL, also when it is encoded. */
const SEPARATOR = /[.:;\0]|%(?:00|2e|3a|3b)/i
/** Nobody sees these, or nobody sees them as part of the name: controls, marks of direction, joiners, blanks. */
const UNSEEN = /[\p{C}\p{Z}]|%(?:[01][\da-f]|20|7f)/giu

/**
 * The extensions of a name in lower case, last one first; what comes behind a NUL or a slash trick counts too.
 *
 * @param filename any text
 */
export function extensionsOf(filename: string): string[] {
  const base = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
  // Letters of full width and the like are what they look like.
  const parts = base.normalize('NFKC').toLowerCase().split(SEPARATOR)
  return parts
    .slice(1)
    .map((part) => part.trim())
    .reverse()
}

/**
 * Does anything run files with this extension, or with one that looks the same?
 *
 * @param extension in lower case, without the dot
 */
export function isActive(extension: string): boolean {
  return active.has(extension.replace(UNSEEN, ''))
}

/** What servers and desktops execute or take settings from, or browsers render with scripts. */
const active: ReadonlySet<string> = new Set(
  `asa asax ascx ashx asmx asp aspx axd bash bat cer cfc cfm cfml cgi cmd com command
  cpl csh cshtml desktop dll elf erb exe fcgi gadget hta htaccess htc htm html htpasswd inf jar jhtml js jse jsf jsp
  jspa jspf jspx jsw jsv ksh lnk mht mhtml mjs msc msi msp pgif phar php php2 php3 php4 php5 php6 php7 php8 phps pht phpt
  phtm phtml pif pl pm ps1 psd1 psm1 py pyc pyw rb reg rhtml scf scr sct sh shtm shtml stm svg svgz swf url vb
  vbe vbhtml vbs wasm wsc wsf wsh xap xht xhtml xml xsl xslt zsh`.split(/\s+/),
)
