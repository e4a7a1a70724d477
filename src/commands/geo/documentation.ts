// What COMMAND DOCS says of the geo commands, by full name.
import type { Documentations } from '../../engine/command.ts';

export const GEO_DOCUMENTATION: Documentations = () => ({
  GEOADD: {
    summary:
      "Adds one or more members to a geospatial index. The key is created if it doesn't exist.",
    since: '3.2.0',
    complexity:
      'O(log(N)) for each item added, where N is the number of elements in the sorted set.',
    history: [['6.2.0', 'Added the `CH`, `NX` and `XX` options.']],
  },
  GEODIST: {
    summary: 'Returns the distance between two members of a geospatial index.',
    since: '3.2.0',
    complexity: 'O(1)',
  },
  GEOHASH: {
    summary: 'Returns members from a geospatial index as geohash strings.',
    since: '3.2.0',
    complexity: 'O(1) for each member requested.',
  },
  GEOPOS: {
    summary: 'Returns the longitude and latitude of members from a geospatial index.',
    since: '3.2.0',
    complexity: 'O(1) for each member requested.',
  },
  GEORADIUS: {
    summary:
      'Queries a geospatial index for members within a distance from a coordinate, optionally ' +
      'stores the result.',
    since: '3.2.0',
    complexity:
      'O(N+log(M)) where N is the number of elements inside the bounding box of the circular ' +
      'area delimited by center and radius and M is the number of items inside the index.',
    history: [
      ['6.2.0', 'Added the `ANY` option for `COUNT`.'],
      ['7.0.0', 'Added support for uppercase unit names.'],
    ],
    deprecatedSince: '6.2.0',
    replacedBy: '`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument',
  },
  GEORADIUSBYMEMBER: {
    summary:
      'Queries a geospatial index for members within a distance from a member, optionally stores ' +
      'the result.',
    since: '3.2.0',
    complexity:
      'O(N+log(M)) where N is the number of elements inside the bounding box of the circular ' +
      'area delimited by center and radius and M is the number of items inside the index.',
    history: [['7.0.0', 'Added support for uppercase unit names.']],
    deprecatedSince: '6.2.0',
    replacedBy: '`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments',
  },
  GEORADIUSBYMEMBER_RO: {
    summary: 'Returns members from a geospatial index that are within a distance from a member.',
    since: '3.2.10',
    complexity:
      'O(N+log(M)) where N is the number of elements inside the bounding box of the circular ' +
      'area delimited by center and radius and M is the number of items inside the index.',
    deprecatedSince: '6.2.0',
    replacedBy: '`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments',
  },
  GEORADIUS_RO: {
    summary:
      'Returns members from a geospatial index that are within a distance from a coordinate.',
    since: '3.2.10',
    complexity:
      'O(N+log(M)) where N is the number of elements inside the bounding box of the circular ' +
      'area delimited by center and radius and M is the number of items inside the index.',
    history: [['6.2.0', 'Added the `ANY` option for `COUNT`.']],
    deprecatedSince: '6.2.0',
    replacedBy: '`GEOSEARCH` with the `BYRADIUS` argument',
  },
  GEOSEARCH: {
    summary: 'Queries a geospatial index for members inside an area of a box or a circle.',
    since: '6.2.0',
    complexity:
      'O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area ' +
      'around the shape provided as the filter and M is the number of items inside the shape',
    history: [['7.0.0', 'Added support for uppercase unit names.']],
  },
  GEOSEARCHSTORE: {
    summary:
      'Queries a geospatial index for members inside an area of a box or a circle, optionally ' +
      'stores the result.',
    since: '6.2.0',
    complexity:
      'O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area ' +
      'around the shape provided as the filter and M is the number of items inside the shape',
    history: [['7.0.0', 'Added support for uppercase unit names.']],
  },
});
