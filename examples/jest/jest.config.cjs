/** @type {import("jest").Config} */
module.exports = { testMatch: ['**/*.test.cjs'], watchman: false };
