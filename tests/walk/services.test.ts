import { describeWalk } from './walk.ts'

describeWalk('services')
