import { describeWalk } from './walk.ts'

describeWalk('process')
