/** Entry of the process that follows, indexes and searches log files. */
import { connectLine } from './parent';

connectLine().onMessage(() => undefined);
