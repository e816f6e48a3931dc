/** The data catalog: datasets, stores, replicas, integrity, download. */
export {};
