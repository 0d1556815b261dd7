import groups from './skills.json' with { type: 'json' }

/**
 * Skills that people find without typing them whole; anybody may add others. `skills.json` holds them by field; the list was made for
 * Gigraph, of what freelancers in these fields commonly offer, and follows no other taxonomy.
 */
export const taxonomy: readonly string[] = Object.values(groups).flat()
