import { userRegistered } from '@gigraph/identity/events'
import { person, staff, startTestServices } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { profilesService } from '../src/index.ts'

const start = () => startTestServices({ profiles: profilesService })
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(() => services.close())

const Create = /* GraphQL */ `mutation ($input: CreateClientProfileInput!) { createClientProfile(input: $input) { clientProfile { userId firstName companyName } userErrors { code field } } }`
const Update = /* GraphQL */ `mutation ($input: UpdateClientProfileInput!) { updateClientProfile(input: $input) { clientProfile { firstName companyName website } userErrors { code field } } }`
const Of = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { clientProfile { firstName registrationNumber companyName completeness { percent } verification { status } } } } }`
const Own = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { clientProfile { firstName } profileCompleteness { percent missing } } } }`
const input = { firstName: 'Bo', lastName: 'Ek', companyName: 'Ek AB', registrationNumber: '556', industry: 'Games' }

const register = async () => {
  const viewer = person('CLIENT')
  await services.profiles.consume(userRegistered, {
    userId: viewer.id,
    handle: 'bo',
    displayName: 'Bo',
    roles: ['CLIENT'],
  })
  return viewer
}

test('a client fills in the profile once and changes it afterwards', async () => {
  const bo = await register()
  const client = services.profiles.as(bo)
  expect((await client.query(Create, { input })).createClientProfile).toEqual({
    clientProfile: { userId: bo.id, firstName: 'Bo', companyName: 'Ek AB' },
    userErrors: [],
  })
  expect((await client.query(Create, { input })).createClientProfile).toEqual({
    clientProfile: null,
    userErrors: [{ code: 'ALREADY_EXISTS', field: null }],
  })
  const changed = await client.query(Update, { input: { companyName: null, website: 'https://ek.example' } })
  expect(changed.updateClientProfile.clientProfile).toEqual({
    firstName: 'Bo',
    companyName: null,
    website: 'https://ek.example',
  })
})

test.each([
  [{ firstName: ' ' }, 'firstName'],
  [{ industry: 'Witchcraft' }, 'industry'],
  [{ country: 'Sweden' }, 'country'],
  [{ bio: 'x'.repeat(3_001) }, 'bio'],
])('%o is refused at %s', async (change, field) => {
  const bo = await register()
  const { updateClientProfile } = await services.profiles.as(bo).query(Update, { input: change })
  expect(updateClientProfile).toEqual({
    clientProfile: null,
    userErrors: [{ code: 'VALIDATION', field: ['input', field] }],
  })
  const { createClientProfile } = await services.profiles.as(bo).query(Create, { input: { ...input, ...change } })
  expect(createClientProfile.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', field] }])
})

test('others see the public part only; staff who check clients see all', async () => {
  const bo = await register()
  await services.profiles.as(bo).query(Create, { input })
  const of = { of: [{ __typename: 'User', id: bo.id }] }
  for (const other of [null, person('FREELANCER'), person('CLIENT')])
    expect((await services.profiles.as(other).query(Of, of))._entities[0].clientProfile).toEqual({
      firstName: null,
      registrationNumber: null,
      companyName: 'Ek AB',
      completeness: null,
      verification: { status: 'UNVERIFIED' },
    })
  for (const reader of [bo, staff('profiles:verify')])
    expect((await services.profiles.as(reader).query(Of, of))._entities[0].clientProfile).toMatchObject({
      firstName: 'Bo',
      registrationNumber: '556',
    })
})

test("a viewer's private part is the viewer's alone", async () => {
  const bo = await register()
  const of = { of: [{ __typename: 'Viewer', id: bo.id }] }
  expect((await services.profiles.as(bo).query(Own, of))._entities[0]).toEqual({
    clientProfile: { firstName: null },
    profileCompleteness: {
      percent: 0,
      missing: ['name', 'bio', 'country', 'industry', 'companySize', 'timeZone', 'website', 'picture'],
    },
  })
  expect((await services.profiles.as(person('CLIENT')).query(Own, of))._entities[0]).toBeNull()
})

test('only clients have a client profile to fill in', async () => {
  for (const document of [Create, Update]) {
    const refused = await services.profiles.as(person('FREELANCER')).run(document, { input })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    const nobody = await services.profiles.anonymous.run(document, { input })
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  }
})
