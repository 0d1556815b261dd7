import { readFile } from 'node:fs/promises'
import type { SeedPicture, SeedWork } from '@gigraph/profiles/seed'
import type { Account, Accounts } from './accounts.ts'
import { craftOf, type PlannedGig } from './gigs.ts'
import type { Random } from './random.ts'

/** How many different faces and works lie in `pictures/`, drawn for the demo. */
const DRAWN = 8
/** So many have pictures; more would only make the first start longer. */
const FACES = 20
const SHOWING = 10
const GIGS = 30

const MATERIALS = [
  'Poster for a city festival',
  'A brand for a small press',
  'Screens of a booking app',
  'Cover series',
]

interface Drawing {
  readonly width: number
  readonly height: number
  readonly files: SeedPicture['files']
}

const readDrawings = (kind: 'person' | 'work', width: number, height: number): Promise<Drawing[]> =>
  Promise.all(
    Array.from({ length: DRAWN }, async (_, index) => {
      const read = (size: string) => readFile(new URL(`pictures/${kind}-${index + 1}-${size}.webp`, import.meta.url))
      const [SMALL, MEDIUM, LARGE] = await Promise.all([read('small'), read('medium'), read('large')])
      return { width, height, files: { SMALL, MEDIUM, LARGE } }
    }),
  )

/** Pictures of the demo, and what they hang on. */
export interface DemoPictures {
  readonly pictures: readonly SeedPicture[]
  readonly works: readonly SeedWork[]
  /** The gigs, some of them with pictures now. */
  readonly gigs: readonly PlannedGig[]
}

/** Faces for the first people, works for the first freelancers' portfolios and for the first gigs. */
export const makePictures = async (
  random: Random,
  { clients, freelancers }: Accounts,
  gigs: readonly PlannedGig[],
): Promise<DemoPictures> => {
  const [people, drawings] = await Promise.all([readDrawings('person', 512, 512), readDrawings('work', 1_600, 1_000)])
  const nth = (list: readonly Drawing[], index: number) => list[index % list.length] as Drawing
  const picture = (drawing: Drawing, purpose: SeedPicture['purpose'], userId: string, alt: string, at: Date) => ({
    ...{ id: random.id(at), userId, purpose, alt, at },
    ...drawing,
  })

  const faces = [...freelancers.slice(0, FACES - 4), ...clients.slice(0, 4)].map((person, index) =>
    picture(nth(people, index), 'AVATAR', person.id, person.displayName, person.createdAt),
  )
  const shown = freelancers.slice(0, SHOWING).flatMap((person: Account, index) =>
    [0, 1].map((place) => {
      const title = MATERIALS[(index + place) % MATERIALS.length] as string
      const image = picture(
        nth(drawings, index * 2 + place),
        'PORTFOLIO_IMAGE',
        person.id,
        `Shapes in few colours: ${title.toLowerCase()}`,
        person.createdAt,
      )
      const description = `${craftOf(index).deliverable}, made in two weeks and used ever since.`
      const work: SeedWork = {
        ...{ id: random.id(person.createdAt), userId: person.id, title, description },
        ...{ imageIds: [image.id], at: person.createdAt },
      }
      return { image, work }
    }),
  )
  const onGigs = gigs
    .slice(0, GIGS)
    .map((gig, index) =>
      picture(nth(drawings, index + 3), 'GIG_IMAGE', gig.sellerId, `A sample for: ${gig.title}`, gig.createdAt),
    )
  return {
    pictures: [...faces, ...shown.map(({ image }) => image), ...onGigs],
    works: shown.map(({ work }) => work),
    gigs: gigs.map((gig, index) => {
      const image = onGigs[index]
      return image ? { ...gig, content: { ...gig.content, images: [image.id] } } : gig
    }),
  }
}
