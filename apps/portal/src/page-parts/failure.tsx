/** What went wrong in a part of a screen, with a way to try again. */
import { ApiError } from '@imsim-od/api';
import { Alert, Button, List, Text } from '@mantine/core';
import { failureText } from '../service/use-call.js';

/** Shows an error. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const faults = error instanceof ApiError ? error.faults : [];
  return (
    <Alert color="red" title="That did not work" role="alert">
      <Text size="sm">{failureText(error)}</Text>
      {faults.length > 1 && (
        <List size="sm" mt="xs">
          {faults.map(({ path, message }) => (
            <List.Item key={`${path} ${message}`}>
              {path} {message}
            </List.Item>
          ))}
        </List>
      )}
      {error instanceof ApiError && error.status >= 500 && error.requestId !== null && (
        <Text size="xs" mt="xs">
          Request {error.requestId}
        </Text>
      )}
      {onRetry !== undefined && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
