/** Variables of the profiles service beyond what every service reads. */
export const configuration = {}
