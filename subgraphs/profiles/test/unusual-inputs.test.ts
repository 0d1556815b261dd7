import { describeUnusualInputs, person, staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll } from 'vitest'
import { profilesService } from '../src/index.ts'
import { startWithFiles, type WithFiles } from './support/uploads.ts'

let services: WithFiles
beforeAll(async () => {
  services = await startWithFiles()
})
afterAll(() => services.close())

const client = {
  firstName: 'Bo',
  lastName: 'Ek',
  companyName: 'Ek AB',
  registrationNumber: '556',
  industry: 'Games',
  website: 'https://ek.example',
  country: 'SE',
  city: 'Lund',
  timeZone: 'Europe/Stockholm',
}
const freelancer = {
  headline: 'Logos that last',
  hourlyRate: { amountMinor: 5_000 },
  country: 'SE',
  timeZone: 'Europe/Stockholm',
  languages: [{ code: 'sv', proficiency: 'NATIVE' }],
}
const experience = { title: 'Painter', organization: 'Acme', startedOn: '2020-01-01', endedOn: '2021-01-01' }
const education = { title: 'BSc', organization: 'Uni', startedOn: '2010-01-01', endedOn: '2013-01-01' }
const portfolio = { title: 'A poster', description: 'Blue.', link: 'https://poster.example', skills: ['Ink'] }

const scene = async () => {
  const viewer = person('CLIENT', 'FREELANCER')
  const as = services.profiles.as(viewer)
  const add = async (name: string, field: string, input: object) => {
    const type = `Add${field.charAt(0).toUpperCase()}${field.slice(1)}Input!`
    const answer = await as.query(`mutation ($input: ${type}) { ${name}(input: $input) { ${field} { id } } }`, {
      input,
    })
    return answer[name][field].id as string
  }
  return {
    viewer,
    staff: staff('profiles:verify'),
    portfolio: await add('addPortfolioItem', 'portfolioItem', portfolio),
    experience: await add('addExperience', 'experience', experience),
    education: await add('addEducation', 'education', education),
    certification: await add('addCertification', 'certification', education),
  }
}

describeUnusualInputs({
  definition: profilesService,
  service: () => services.profiles,
  scene,
  byStaff: ['Query.verificationQueue', 'Query.clientProfiles', 'Mutation.verifyClient'],
  with: {
    'Query.freelancers': () => ({ query: 'logos', filter: { skills: ['ink'], languages: ['sv'], countries: ['SE'] } }),
    'Query.skills': () => ({ query: 'ink', first: 3 }),
    'Mutation.createClientProfile': () => ({ input: client }),
    'Mutation.updateClientProfile': () => ({ input: client }),
    'Mutation.updateFreelancerProfile': () => ({ input: freelancer }),
    'Mutation.setSkills': () => ({ input: { skills: [{ name: 'Ink', level: 2 }] } }),
    'Mutation.setAvailability': () => ({
      input: { status: 'AVAILABLE', hoursPerWeek: 9, awayFrom: '2026-01-01', awayTo: '2027-01-01', note: 'Soon' },
    }),
    'Mutation.addPortfolioItem': () => ({ input: { ...portfolio, finishedOn: '2020-01-01' } }),
    'Mutation.updatePortfolioItem': (found) => ({ input: { ...portfolio, id: found.portfolio } }),
    'Mutation.addExperience': () => ({ input: experience }),
    'Mutation.updateExperience': (found) => ({ input: { ...experience, id: found.experience } }),
    'Mutation.addEducation': () => ({ input: education }),
    'Mutation.updateEducation': (found) => ({ input: { ...education, id: found.education } }),
    'Mutation.addCertification': () => ({ input: education }),
    'Mutation.updateCertification': (found) => ({ input: { ...education, id: found.certification } }),
    'Mutation.createUpload': () => ({
      input: { purpose: 'AVATAR', contentType: 'image/png', byteSize: 9, fileName: 'a.png', alt: 'Me' },
    }),
    'Mutation.reorderPortfolio': (found) => ({ input: { ids: [found.portfolio] } }),
    'Mutation.submitClientVerification': () => ({ input: { documentIds: ['x'], note: 'Look.' } }),
    'Mutation.verifyClient': ({ viewer }) => ({ input: { userId: viewer.id, decision: 'VERIFIED', reason: 'x' } }),
  },
})
