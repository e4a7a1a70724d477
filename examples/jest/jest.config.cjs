/** @type {import("jest").Config} */
module.exports = {
  setupFilesAfterEnv: ['redstart/jest'],
  testMatch: ['**/*.test.cjs'],
  watchman: false,
};
