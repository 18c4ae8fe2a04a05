// What any function that calls AWS must load.
import 'node:https';
import 'node:crypto';
