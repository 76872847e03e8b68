/* Shared by proofs: no proof itself. */
