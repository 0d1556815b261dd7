import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { profilesService } from '../src/index.ts'

const start = () => startTestServices({ profiles: profilesService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const AddWork = /* GraphQL */ `mutation ($input: AddPortfolioItemInput!) { addPortfolioItem(input: $input) { portfolioItem { id title skills } freelancerProfile { portfolio { title } } userErrors { code field } } }`
const AddJob = /* GraphQL */ `mutation ($input: AddExperienceInput!) { addExperience(input: $input) { experience { id } freelancerProfile { experience { title startedOn endedOn } } userErrors { code field } } }`
const titles = (list: { title: string }[]) => list.map(({ title }) => title)

test('a portfolio grows, changes, is put in order and shrinks', async () => {
  const client = services.profiles.as(person('FREELANCER'))
  const ids: string[] = []
  for (const title of ['One', 'Two', 'Three'])
    ids.push((await client.query(AddWork, { input: { title, skills: ['Go'] } })).addPortfolioItem.portfolioItem.id)
  const Reorder =
    'mutation ($ids: [ID!]!) { reorderPortfolio(input: { ids: $ids }) { freelancerProfile { portfolio { title } } userErrors { code field } } }'
  const { reorderPortfolio } = await client.query(Reorder, { ids: ids.toReversed() })
  expect(titles(reorderPortfolio.freelancerProfile.portfolio)).toEqual(['Three', 'Two', 'One'])
  for (const wrong of [ids.slice(1), [...ids, makeId()], [ids[0], ids[0], ids[1]]])
    expect((await client.query(Reorder, { ids: wrong })).reorderPortfolio.userErrors).toEqual([
      { code: 'VALIDATION', field: ['input', 'ids'] },
    ])
  const Change =
    'mutation ($id: ID!) { updatePortfolioItem(input: { id: $id, description: "More" }) { freelancerProfile { portfolio { title description skills } } } }'
  const changed = await client.query(Change, { id: ids[1] })
  expect(changed.updatePortfolioItem.freelancerProfile.portfolio[1]).toEqual({
    title: 'Two',
    description: 'More',
    skills: ['Go'],
  })
  const Remove =
    'mutation ($id: ID!) { removePortfolioItem(input: { id: $id }) { freelancerProfile { portfolio { title } } } }'
  expect(titles((await client.query(Remove, { id: ids[1] })).removePortfolioItem.freelancerProfile.portfolio)).toEqual([
    'Three',
    'One',
  ])
  expect(
    titles((await client.query(AddWork, { input: { title: 'Four' } })).addPortfolioItem.freelancerProfile.portfolio),
  ).toEqual(['Three', 'One', 'Four'])
  const stranger = services.profiles.as(person('FREELANCER'))
  for (const document of [Change, Remove])
    expect((await stranger.run(document, { id: ids[0] })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  expect((await client.run(Remove, { id: 'nonsense' })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
})

test('positions stand with the latest first, and days in order', async () => {
  const client = services.profiles.as(person('FREELANCER'))
  const add = async (input: object) =>
    (await client.query(AddJob, { input: { organization: 'Acme', ...input } })).addExperience
  await add({ title: 'First', startedOn: '2010-01-01', endedOn: '2012-01-01' })
  await add({ title: 'Now', startedOn: '2020-01-01' })
  const last = await add({ title: 'Second', startedOn: '2012-02-01', endedOn: '2019-01-01' })
  expect(titles(last.freelancerProfile.experience)).toEqual(['Now', 'Second', 'First'])
  expect((await add({ title: 'Odd', startedOn: '2020-01-02', endedOn: '2020-01-01' })).userErrors).toEqual([
    { code: 'VALIDATION', field: ['input', 'endedOn'] },
  ])
  expect((await add({ title: ' ', startedOn: '2020-01-02' })).userErrors).toEqual([
    { code: 'VALIDATION', field: ['input', 'title'] },
  ])
})

test('schools and certificates', async () => {
  const client = services.profiles.as(person('FREELANCER'))
  const school = await client.query(
    'mutation { addEducation(input: { title: "BSc", organization: "Uni" }) { education { id title organization } freelancerProfile { education { title } } } }',
  )
  expect(school.addEducation).toMatchObject({
    education: { title: 'BSc' },
    freelancerProfile: { education: [{ title: 'BSc' }] },
  })
  const paper = await client.query(
    'mutation { addCertification(input: { title: "CKA", organization: "CNCF", link: "https://cncf.io/x" }) { certification { id link } } }',
  )
  expect(paper.addCertification.certification.link).toBe('https://cncf.io/x')
  // An id of one kind is not found among another.
  const wrong = await client.run(
    'mutation ($id: ID!) { removeCertification(input: { id: $id }) { userErrors { code } } }',
    { id: school.addEducation.education.id },
  )
  expect(wrong.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
})

test('thirty of a kind are enough, also when many come at once', async () => {
  const client = services.profiles.as(person('FREELANCER'))
  const answers = await Promise.all(
    Array.from({ length: 33 }, (_, index) => client.query(AddWork, { input: { title: `Work ${index}` } })),
  )
  expect(
    answers.filter(({ addPortfolioItem }) => addPortfolioItem.userErrors[0]?.code === 'LIMIT_EXCEEDED'),
  ).toHaveLength(3)
})

test('entries are for freelancers', async () => {
  for (const [viewer, code] of [
    [person('CLIENT'), 'FORBIDDEN'],
    [null, 'UNAUTHENTICATED'],
  ] as const)
    for (const [document, input] of [
      [AddWork, { title: 'x' }],
      [AddJob, { title: 'x', organization: 'y', startedOn: '2020-01-01' }],
    ] as const)
      expect((await services.profiles.as(viewer).run(document, { input })).errors).toMatchObject([
        { extensions: { code } },
      ])
})
