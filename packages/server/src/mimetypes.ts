/** Media types by extension: the ones a web site serves. What is not here is sent as bytes and never guessed at. */

const byExtension: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Text and markup
    html: 'text/html',
    htm: 'text/html',
    xhtml: 'application/xhtml+xml',
    css: 'text/css',
    js: 'text/javascript',
    mjs: 'text/javascript',
    cjs: 'text/javascript',
    txt: 'text/plain',
    text: 'text/plain',
    log: 'text/plain',
    md: 'text/markdown',
    markdown: 'text/markdown',
    csv: 'text/csv',
    tsv: 'text/tab-separated-values',
    vtt: 'text/vtt',
    ics: 'text/calendar',
    vcf: 'text/vcard',
    // Data
    json: 'application/json',
    map: 'application/json',
    jsonld: 'application/ld+json',
    geojson: 'application/geo+json',
    webmanifest: 'application/manifest+json',
    xml: 'application/xml',
    xsl: 'application/xslt+xml',
    atom: 'application/atom+xml',
    rss: 'application/rss+xml',
    yaml: 'application/yaml',
    yml: 'application/yaml',
    toml: 'application/toml',
    sql: 'application/sql',
    wasm: 'application/wasm',
    // Images
    avif: 'image/avif',
    bmp: 'image/bmp',
    gif: 'image/gif',
    heic: 'image/heic',
    ico: 'image/vnd.microsoft.icon',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    jxl: 'image/jxl',
    png: 'image/png',
    svg: 'image/svg+xml',
    tif: 'image/tiff',
    tiff: 'image/tiff',
    webp: 'image/webp',
    // Sound and video
    aac: 'audio/aac',
    flac: 'audio/flac',
    m4a: 'audio/mp4',
    mid: 'audio/midi',
    midi: 'audio/midi',
    mp3: 'audio/mpeg',
    oga: 'audio/ogg',
    ogg: 'audio/ogg',
    opus: 'audio/ogg',
    wav: 'audio/wav',
    weba: 'audio/webm',
    avi: 'video/x-msvideo',
    m4v: 'video/mp4',
    mkv: 'video/matroska',
    mov: 'video/quicktime',
    mp4: 'video/mp4',
    mpeg: 'video/mpeg',
    mpg: 'video/mpeg',
    ogv: 'video/ogg',
    webm: 'video/webm',
    // Fonts
    eot: 'application/vnd.ms-fontobject',
    otf: 'font/otf',
    ttf: 'font/ttf',
    woff: 'font/woff',
    woff2: 'font/woff2',
    // Documents
    doc: 'application/msword',
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    epub: 'application/epub+zip',
    odp: 'application/vnd.oasis.opendocument.presentation',
    ods: 'application/vnd.oasis.opendocument.spreadsheet',
    odt: 'application/vnd.oasis.opendocument.text',
    pdf: 'application/pdf',
    ppt: 'application/vnd.ms-powerpoint',
    pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ps: 'application/postscript',
    rtf: 'application/rtf',
    xls: 'application/vnd.ms-excel',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    // Archives
    '7z': 'application/x-7z-compressed',
    bz2: 'application/x-bzip2',
    gz: 'application/gzip',
    jar: 'application/java-archive',
    rar: 'application/vnd.rar',
    tar: 'application/x-tar',
    tgz: 'application/gzip',
    xz: 'application/x-xz',
    zip: 'application/zip',
    zst: 'application/zstd',
  }),
)

/** What bytes of no known type are called. */
const unknownType = 'application/octet-stream'

/**
 * The media type that a file's name suggests.
 *
 * @param name a file name or path; only its last extension counts, in any case
 * @returns the type without parameters; `application/octet-stream` if the extension is not known
 * @see Python: `mimetypes.guess_type`
 */
export function guessMimetype(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1)
  const dot = base.lastIndexOf('.')
  if (dot < 0) return unknownType
  return byExtension.get(base.slice(dot + 1).toLowerCase()) ?? unknownType
}
