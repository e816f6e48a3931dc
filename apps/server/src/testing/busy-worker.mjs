// A worker that uses CPU time and does nothing else, until it is killed.
let sum = 0;
for (;;) sum += Math.sqrt(sum + 1);
