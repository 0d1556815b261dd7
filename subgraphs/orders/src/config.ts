/** Variables that only orders reads: none yet; the deadlines are rules of the marketplace, not of an installation. */
export const configuration = {}
