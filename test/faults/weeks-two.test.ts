import { testSimulatedWeeks } from './simulated-weeks.ts';

testSimulatedWeeks(1000, 20_261_102);
