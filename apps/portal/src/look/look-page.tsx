/** Looking at one image of the archive: the picture, what lies under the pointer, the truth over it, and measurements. */
import { Button, Loader, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Failure } from '../page-parts/failure.js';
import { Screen } from '../page-parts/screen.js';
import type { WantedImage } from '../image-pixels/pixel-tasks.js';
import { useCall } from '../service/use-call.js';
import { CcdView } from './ccd-view.js';
import { ImageChooser } from './image-chooser.js';

const route = getRouteApi('/inside/look');

const HELP = (
  <>
    <p>One detector’s image as the archive has it; nothing of it is resampled for the numbers shown.</p>
    <ul>
      <li>
        <strong>Drag</strong> moves the image, the <strong>wheel</strong> zooms. With the keyboard: Tab to the
        image, arrow keys, <kbd>+</kbd>, <kbd>-</kbd>, <kbd>0</kbd> for all of it.
      </li>
      <li>
        The line below says FITS pixel, value, and the ICRS position by the header’s world coordinates,
        distortion included.
      </li>
      <li>
        <strong>Sources</strong> marks what was drawn, from the truth of the same detector. Press a mark for
        its row.
      </li>
      <li>
        Press any place for <strong>Region</strong>, <strong>Cuts</strong> and <strong>Profile</strong>:
        computed here from the pixels themselves.
      </li>
      <li>
        <strong>Explain</strong> says what made the pressed pixel: which sources, how much sky, the read-out,
        and how far its value is from what was expected.
      </li>
      <li>
        A raw file shows the whole detector, put together from its amplifiers, with the bias that each one’s
        overscan shows taken off; the line below names the amplifier and what was taken off. Choose one
        amplifier above the picture to see it as it was read out, with its overscans.
      </li>
    </ul>
  </>
);

/** The screen. */
export function LookPage() {
  const { dataset, hdu, bias } = route.useSearch();
  if (dataset === undefined)
    return (
      <Screen title="Look" help={HELP}>
        <Text>Choose an image; the newest are first. A run’s page and its focal plane lead here, too.</Text>
        <ImageChooser />
      </Screen>
    );
  return (
    <LookAt key={dataset} datasetId={dataset} wish={hdu ?? (bias === 'kept' ? 'assembled' : 'unbiased')} />
  );
}

function LookAt({ datasetId, wish }: { readonly datasetId: string; readonly wish: WantedImage }) {
  const { data, error, refetch } = useCall('readDataset', { params: { id: datasetId } });
  if (error !== null && data === undefined)
    return (
      <Screen title="Look" help={HELP}>
        <Failure error={error} onRetry={() => void refetch()} />
      </Screen>
    );
  if (data === undefined)
    return (
      <Screen title="Look" help={HELP}>
        <Loader aria-label="The image’s description is being read" />
      </Screen>
    );
  return (
    <Screen
      title={data.detector === null ? data.name : `${data.detector}, visit ${data.visit ?? '–'}`}
      help={HELP}
      actions={
        <Button
          component="a"
          variant="default"
          href={`/api/v1/datasets/${data.id}/content`}
          download={data.name}
        >
          Download
        </Button>
      }
    >
      <CcdView dataset={data} wish={wish} />
    </Screen>
  );
}
