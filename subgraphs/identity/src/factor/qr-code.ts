import { renderSVG } from 'uqr'

/** ISO/IEC 18004 asks for four modules of white around a code. */
const QUIET_ZONE = 4

/** A text as a QR code: an SVG image as a data URI. Level M still reads with a seventh of it hidden. */
export const qrCodeOf = (text: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(renderSVG(text, { ecc: 'M', border: QUIET_ZONE })).toString('base64')}`
