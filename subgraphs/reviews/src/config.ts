/** Reviews need no variables beyond what every service reads. */
export const configuration = {}
