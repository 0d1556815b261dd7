import { expect, test } from 'vitest'
import { skillList, skillSlug } from '../freelancer/freelancer.ts'
import { taxonomy } from './taxonomy.ts'

test('the taxonomy has at least 400 skills, each once, each as people may write it themselves', () => {
  expect(taxonomy.length).toBeGreaterThanOrEqual(400)
  expect(new Set(taxonomy.map(skillSlug)).size).toBe(taxonomy.length)
  for (const name of taxonomy) expect(skillList.safeParse({ skills: [{ name, level: 1 }] }).error, name).toBeUndefined()
})
