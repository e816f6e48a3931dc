/**
 * The addresses of the portal. Each screen is a chunk of its own, loaded when it is first shown. To add a screen: a folder beside `runs/`
 * with its page, a route here, and its entry in navigation.ts; README.md says how.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { queryClient } from '../service/client.js';
import { isLoginNeeded, meQuery } from '../session/session.js';
import { FaultPage, MissingPage } from './fault-page.js';
import { FIRST_SCREEN } from './navigation.js';
import { ROUTE_SEARCHES } from './route-searches.js';
import { Shell } from './shell.js';

const root = createRootRoute({ notFoundComponent: MissingPage });

/** Pages inside the shell are for those who are logged in; others come back to them after logging in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (isLoginNeeded(error)) throw redirect({ to: '/login', search: { back: location.href } });
      throw error;
    }
  },
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: ROUTE_SEARCHES.login,
  component: lazyRouteComponent(() => import('../session/login-page.js'), 'LoginPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../session/sign-in-page.js'), 'SignInPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../session/setup-page.js'), 'SetupPage'),
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: FIRST_SCREEN });
  },
});

const design = createRoute({
  getParentRoute: () => inside,
  path: '/design',
  validateSearch: ROUTE_SEARCHES.design,
  component: lazyRouteComponent(() => import('../design/design-page.js'), 'DesignPage'),
});

const runs = createRoute({
  getParentRoute: () => inside,
  path: '/runs',
  validateSearch: ROUTE_SEARCHES.runs,
  component: lazyRouteComponent(() => import('../runs/run-list-page.js'), 'RunListPage'),
});

const run = createRoute({
  getParentRoute: () => inside,
  path: '/runs/$runId',
  validateSearch: ROUTE_SEARCHES.run,
  component: lazyRouteComponent(() => import('../runs/run-page.js'), 'RunPage'),
});

const compareRuns = createRoute({
  getParentRoute: () => inside,
  path: '/runs/compare',
  validateSearch: ROUTE_SEARCHES.compareRuns,
  component: lazyRouteComponent(() => import('../compare/compare-runs-page.js'), 'CompareRunsPage'),
});

const planeImage = createRoute({
  getParentRoute: () => inside,
  path: '/runs/$runId/image',
  validateSearch: ROUTE_SEARCHES.planeImage,
  component: lazyRouteComponent(() => import('../focal-plane-image/plane-image-page.js'), 'PlaneImagePage'),
});

const look = createRoute({
  getParentRoute: () => inside,
  path: '/look',
  validateSearch: ROUTE_SEARCHES.look,
  component: lazyRouteComponent(() => import('../look/look-page.js'), 'LookPage'),
});

const compare = createRoute({
  getParentRoute: () => inside,
  path: '/compare',
  validateSearch: ROUTE_SEARCHES.compare,
  component: lazyRouteComponent(() => import('../compare/compare-page.js'), 'ComparePage'),
});

const data = createRoute({
  getParentRoute: () => inside,
  path: '/data',
  validateSearch: ROUTE_SEARCHES.data,
  component: lazyRouteComponent(() => import('../data/data-page.js'), 'DataPage'),
});

const truth = createRoute({
  getParentRoute: () => inside,
  path: '/truth',
  component: lazyRouteComponent(() => import('../truth/truth-page.js'), 'TruthPage'),
});

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.js'), 'AccountPage'),
});

const admin = createRoute({
  getParentRoute: () => inside,
  path: '/admin',
  validateSearch: ROUTE_SEARCHES.admin,
  component: lazyRouteComponent(() => import('../admin/admin-page.js'), 'AdminPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    signIn,
    setup,
    inside.addChildren([
      home,
      design,
      runs,
      run,
      compareRuns,
      planeImage,
      look,
      compare,
      data,
      truth,
      account,
      admin,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: FaultPage,
  defaultNotFoundComponent: MissingPage,
  scrollRestoration: true,
  // What no page has asked for and checked is not in an address.
  search: { strict: true },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
