/** Requests and runs of users: planning, estimates, tasks. */
export {};
