// SPDX-License-Identifier: MIT
const actions = JSON.parse(std.loadFile("graph.json"));
console.log(actions.length,
  actions.reduce((sum, action) => sum + action.needs.length, 0));
