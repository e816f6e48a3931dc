/** Calls of the API as queries and acts of React: the key is the name of the address and its input. */
import { ApiError, type CallInput, type CallOutput, type RouteName } from '@imsim-od/api';
import { notifications } from '@mantine/notifications';
import {
  queryOptions,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { client } from './client.js';

/** How a call is kept and asked again; without a signal, which the query has. */
export function callQuery<N extends RouteName>(name: N, input: Omit<CallInput<N>, 'signal'>) {
  return queryOptions<CallOutput<N>, Error>({
    queryKey: [name, input],
    queryFn: ({ signal }) => client.call(name, { ...input, signal } as CallInput<N>),
  });
}

/** Reads an address that changes nothing. */
export function useCall<N extends RouteName>(
  name: N,
  input: Omit<CallInput<N>, 'signal'>,
  options: { readonly enabled?: boolean; readonly refetchInterval?: number | false } = {},
): UseQueryResult<CallOutput<N>, Error> {
  return useQuery({ ...callQuery(name, input), ...options });
}

/** What an act does besides. */
export interface ActOptions<N extends RouteName> {
  /** Names of addresses whose answers are old after the act. */
  readonly changes?: readonly RouteName[];
  readonly onDone?: (output: CallOutput<N>, input: CallInput<N>) => void;
  /** The caller shows a failure itself. */
  readonly showsFailure?: boolean;
}

/** Calls an address that changes something; a failure is shown as a notification unless the caller shows it. */
export function useAct<N extends RouteName>(
  name: N,
  { changes = [], onDone, showsFailure = false }: ActOptions<N> = {},
): UseMutationResult<CallOutput<N>, Error, CallInput<N>> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: CallInput<N>) => client.call(name, input),
    onSuccess: async (output, input) => {
      onDone?.(output, input);
      await Promise.all(changes.map((changed) => queries.invalidateQueries({ queryKey: [changed] })));
    },
    onError: (error) => {
      if (!showsFailure)
        notifications.show({ color: 'red', title: 'That did not work', message: failureText(error) });
    },
  });
}

/** What an error says to a person. */
export function failureText(error: Error): string {
  if (error instanceof ApiError) return error.message;
  return 'The service did not answer. It is asked again until it does.';
}
