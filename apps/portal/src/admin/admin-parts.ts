/** Parts of the administrators' screen, as its address names them. */
export const ADMIN_PARTS = ['health', 'users', 'groups', 'library', 'feedback', 'audit'] as const;
