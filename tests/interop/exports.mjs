// flagd's own evaluator and the schemas of Argo Rollouts read what pv exports. Arguments: the packages' folder, a folder
// with flagd-SHARE.json and argo.json.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [packages, folder] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const { FlagdCore } = require('@openfeature/flagd-core');
const { Rollout } = require('@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout');

const USERS = 2000;
const KEY = 'refund_explanation_v1';
let failures = 0;

function check(holds, what) {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${what}`);
  failures += holds ? 0 : 1;
}

/** The users for whom the exported flag is on; `how` it came to its share. */
function cohort(share, how = '') {
  const text = readFileSync(join(folder, `flagd-${how}${share}.json`), 'utf8');
  const core = new FlagdCore();
  core.setConfigurations(text, true); // strict: throws where the schemas of flags and targeting are not met
  const arms = JSON.parse(text).flags[KEY].targeting.fractional;
  check(arms.length === 2 && arms[0][0] === 'on' && arms[1][0] === 'off', `flagd ${share} %: both arms, on first`);
  const sum = arms[0][1] + arms[1][1];
  check(sum === 100 || sum === 10000, `flagd ${share} %: the arms are everybody (${sum})`);
  const silent = { error() {}, warn() {}, info() {}, debug() {} };
  const on = new Set();
  for (let user = 0; user < USERS; user += 1) {
    const answer = core.resolveBooleanEvaluation(KEY, false, { targetingKey: `user-${user}` }, silent);
    if (answer.errorCode) throw new Error(`flagd ${share} %: ${answer.errorCode}`);
    if (answer.value) on.add(user);
  }
  return on;
}

/** Each cohort is as large as its share, and holds the one before it. */
function grows(shares, how = '') {
  const cohorts = shares.map((share) => cohort(share, how));
  shares.forEach((share, at) => {
    const [seen, wanted] = [cohorts[at].size, (USERS * share) / 100];
    const most = 4 * Math.sqrt(wanted * (1 - share / 100));
    check(Math.abs(seen - wanted) <= most, `flagd ${how}${share} %: ${seen} of ${USERS} users`);
    if (at > 0) {
      const lost = [...cohorts[at - 1]].filter((user) => !cohorts[at].has(user)).length;
      check(lost === 0, `flagd ${how}${shares[at - 1]} % -> ${share} %: ${lost} users dropped`);
    }
  });
}
grows([0, 0.5, 5, 25, 33.33, 100]);
// The same by steps that were taken.
grows([0, 5, 25], 'step-');

for (const document of JSON.parse(readFileSync(join(folder, 'argo.json'), 'utf8'))) {
  try {
    new Rollout(document).validate();
    check(true, `argo: ${document.metadata.name} is a Rollout`);
  } catch (error) {
    check(false, `argo: ${error.message}`);
  }
}
process.exit(failures === 0 ? 0 : 1);
