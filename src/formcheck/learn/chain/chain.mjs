// Names and scores every repetition in the landmarks of one person: what example.py does, number for number.
//
// Landmarks are {time, world}: (T) seconds, and a Float64Array of T x 33 x 3 metres, NaN where missing. Networks are
// asked through `networks`: by name ("" names the class) an async function from {front, side, duration_s} to numbers.

const REVERSAL = 0.4, FULL = 0.3, SHALLOW = 0.5, ESTABLISHED = 4, BACK = 0.7, HALF = 0.5, RESTED_S = 0.5, FLANK = 0.06, HIDDEN = 0.37;
const SMOOTH_S = 0.04, LEVEL = 0.12, FINER = 4, KNOWN = 0.3, AROUND_S = 0.5, SURE = 0.5, GAP_S = 1, OVERLAP_S = 0.1;
const OTHER_COUNTS = 0.01, JOINTS = 33, SHOULDERS = [11, 12], HIPS = [23, 24];

export function landmarks(told) {
  const world = new Float64Array(told.world_m.length * JOINTS * 3);
  let to = 0;
  for (const frame of told.world_m)
    for (const joint of frame)
      for (const value of joint) world[to++] = value === null || !(Math.abs(value) < 1e3) ? NaN : value;
  if (to !== told.time_s.length * JOINTS * 3 || to < 3 * JOINTS * 3)
    throw new Error(`expected ${JOINTS} landmarks x, y, z at each of at least 3 instants, got ${to} numbers`);
  if (told.time_s.some((each, at) => at && !(each > told.time_s[at - 1])))
    throw new Error("expected times that increase");
  return { time: Float64Array.from(told.time_s), world };
}

export class Chain {
  constructor(told, networks) {
    this.told = told;
    this.networks = networks;
    this.exercises = Object.fromEntries(told.exercises.map((each) => [each.name, each]));
  }

  // Every repetition in a recording of `front` or `side` or both; the class is recognised unless it is given.
  async watch(cameras, exercise = null) {
    const { time, world } = Object.values(cameras)[0];
    const found = [];
    for (const { driving, names } of this.drivings(exercise)) {
      for (const [start, end] of cut(time, height(time, world, driving), driving.least)) {
        const shown = this.shown(cameras, start, end);
        if (!shown) continue;
        const [label, sure] = exercise === null ? await this.name(shown) : [exercise, 1];
        if ((names.includes(label) && sure >= SURE) || !(label in this.exercises))
          found.push({ start_s: start, end_s: end, label, confidence: sure, shown });
      }
    }
    const repetitions = [];
    for (const at of apart(found.map((each) => [each.start_s, each.end_s, this.worth(each)]))) {
      const { shown, ...each } = found[at];
      repetitions.push({ ...each, ...(await this.score(each.label, shown)) });
    }
    return repetitions;
  }

  drivings(exercise) {
    if (exercise !== null && !(exercise in this.exercises))
      throw new Error(`expected an exercise of this chain (${Object.keys(this.exercises).join(", ")}), got '${exercise}'`);
    const found = new Map();
    for (const name of exercise === null ? Object.keys(this.exercises) : [exercise]) {
      const driving = this.exercises[name].driving;
      const key = JSON.stringify(driving);
      if (!found.has(key)) found.set(key, { driving, names: [] });
      found.get(key).names.push(name);
    }
    return found.values();
  }

  worth({ start_s, end_s, label, confidence }) {
    return (end_s - start_s) * confidence * (label in this.exercises ? 1 : OTHER_COUNTS);
  }

  shown(cameras, start, end) {
    const count = this.told.instants;
    const missing = new Float32Array(count * JOINTS * 3);
    const seen = Object.entries(cameras).map(([name, each]) => [name, parts(each.time, each.world, start, end, count)]);
    if (seen.every(([, each]) => each === null)) return null;
    const { front, side } = Object.fromEntries(seen);
    return { front: front ?? missing, side: side ?? missing, duration_s: Float32Array.of(end - start) };
  }

  async name(shown) {
    const likely = await this.networks[""](shown);
    const best = likely.indexOf(Math.max(...likely));
    return [this.told.labels[best], likely[best]];
  }

  async score(label, shown) {
    if (!(label in this.networks)) return { score: null, lost: {} };
    const [score, ...grades] = await this.networks[label](shown);
    const lost = this.exercises[label].criteria.map((each, at) => [each.id, each.weight * grades[at]]);
    return { score: Math.min(Math.max(score, 0), 1), lost: Object.fromEntries(lost) };
  }
}

// How high the joints `up` are over those `down`, in trunk lengths, smoothed; its size only where `apart`.
export function height(time, world, driving) {
  const at = (frame, joint, axis) => world[(frame * JOINTS + joint) * 3 + axis];
  const mean = (frame, joints, axis) => joints.reduce((sum, joint) => sum + at(frame, joint, axis), 0) / joints.length;
  const frames = [...time.keys()];
  const lengths = frames.map((frame) =>
    Math.hypot(...[0, 1, 2].map((axis) => mean(frame, SHOULDERS, axis) - mean(frame, HIPS, axis))));
  const trunk = Math.max(middle(lengths.filter(Number.isFinite)), 0.05);
  const value = smooth(time, frames.map((frame) => (mean(frame, driving.down, 1) - mean(frame, driving.up, 1)) / trunk));
  if (!driving.apart) return value;
  const level = Math.min(Math.max(middle([...value].filter(Number.isFinite)), -LEVEL), LEVEL);
  return value.map((each) => Math.abs(each - level));
}

export function smooth(time, value) {
  const found = new Float64Array(value.length).fill(NaN);
  const known = [...value.keys()].filter((at) => Number.isFinite(value[at]));
  let first = 0;
  for (const at of known) {
    while (time[known[first]] < time[at] - 3 * SMOOTH_S) first++;
    let sum = 0, weights = 0;
    for (let near = first; near < known.length && (time[known[near]] < time[at] + 3 * SMOOTH_S || known[near] === at); near++) {
      const weight = Math.exp(-0.5 * ((time[known[near]] - time[at]) / SMOOTH_S) ** 2);
      sum += weight * value[known[near]];
      weights += weight;
    }
    found[at] = sum / weights;
  }
  return found;
}

// [start, end) s of the repetitions on a signal that grows towards their turning points.
export function cut(allTime, allValue, least) {
  const known = [...allValue.keys()].filter((at) => Number.isFinite(allValue[at]));
  const time = known.map((at) => allTime[at]), value = known.map((at) => allValue[at]);
  let usual = least, found = [], swings = [];
  for (let again = 0; again < 3; again++) {
    found = turns(value, Math.max(REVERSAL * usual, 0.5 * least));
    swings = found.slice(1).map((each, at) => Math.abs(value[each.at] - value[found[at].at]));
    usual = usualOf(swings.filter((each) => each >= least), least);
  }
  const established = swings.filter((each) => each >= least).length >= ESTABLISHED;
  const smallest = Math.max(established ? Math.min(least, SHALLOW * usual) : least, FULL * usual);
  const spans = [];
  for (let each = 1; each + 1 < found.length; each++) {
    const [before, here, after] = found.slice(each - 1, each + 2);
    if (!here.peak) continue;
    const rise = value[here.at] - value[before.at], fall = value[here.at] - value[after.at];
    const size = Math.max(rise, fall);
    const first = value.filter((_, at) => time[at] <= time[0] + RESTED_S);
    const last = value.filter((_, at) => time[at] >= time.at(-1) - RESTED_S);
    const cutOff = (each === 1 && rise < (rests(first, size) ? HALF : BACK) * size) ||
      (each + 2 === found.length && fall < (rests(last, size) ? HALF : BACK) * size);
    let unseen = false;
    for (let at = before.at + 1; at <= after.at; at++) unseen ||= time[at] - time[at - 1] > GAP_S;
    if (size < smallest || cutOff || unseen) continue;
    let start = leaves(time, value, before.at, here.at, size);
    const back = (at) => time.length - 1 - at;
    const end = -leaves(time.map((each) => -each).reverse(), [...value].reverse(), back(after.at), back(here.at), size);
    if (spans.length && spans.at(-1)[1] > start) spans.at(-1)[1] = start = (spans.at(-1)[1] + start) / 2;
    spans.push([start, end]);
  }
  return spans;
}

function rests(value, size) {
  return value.length > 2 && Math.max(...value) - Math.min(...value) < FLANK * size;
}

// Where a signal turns, valleys and peaks by turns: the state machine that counts.
export function turns(value, reversal) {
  const found = [];
  let low = 0, high = 0, rising = null;
  for (let at = 0; at < value.length; at++) {
    if (value[at] < value[low]) low = at;
    if (value[at] > value[high]) high = at;
    if (rising !== false && value[at] < value[high] - reversal) {
      found.push({ at: high, peak: true });
      rising = false;
      low = at;
    } else if (rising !== true && value[at] > value[low] + reversal) {
      found.push({ at: low, peak: false });
      rising = true;
      high = at;
    }
  }
  if (rising !== null) found.push(rising ? { at: high, peak: true } : { at: low, peak: false });
  if (found.length && found[0].at > 0) {
    const { at: first, peak } = found[0];
    let begin = 0;
    for (let at = 1; at <= first; at++) if (peak ? value[at] < value[begin] : value[at] > value[begin]) begin = at;
    if (begin < first && Math.abs(value[begin] - value[first]) >= reversal) found.unshift({ at: begin, peak: !peak });
  }
  return found;
}

export function leaves(time, value, valley, peak, size) {
  let left = valley, arrived = peak;
  for (let at = valley; at <= peak; at++) if (value[at] <= value[valley] + FLANK * size) left = at;
  for (let at = peak; at > left; at--) if (value[at] >= value[peak] - FLANK * size) arrived = at;
  return Math.max(time[0], time[left] - HIDDEN * (time[arrived] - time[left]));
}

export function middle(values) {
  const ordered = [...values].sort((a, b) => a - b);
  const half = Math.floor(ordered.length / 2);
  return ordered.length ? (ordered[half] + ordered[Math.floor((ordered.length - 1) / 2)]) / 2 : 0;
}

function usualOf(swings, least) {
  if (!swings.length) return least;
  const large = [...swings].sort((a, b) => a - b)[Math.floor(0.9 * (swings.length - 1))];
  return middle(swings.filter((each) => each >= 0.5 * large));
}

// Landmarks of a repetition in equal parts, count x 99, NaN where missing; null for one that was hardly seen.
export function parts(time, world, start, end, count) {
  const width = JOINTS * 3, near = [];
  let inside = 0, seen = 0;
  for (let frame = 0; frame < time.length; frame++) {
    if (time[frame] < start - AROUND_S || time[frame] >= end + AROUND_S) continue;
    near.push(frame);
    if (time[frame] < start || time[frame] >= end) continue;
    inside++;
    if (world.subarray(frame * width, (frame + 1) * width).some(Number.isFinite)) seen++;
  }
  if (!inside || near.length < 2 || seen / inside < 0.5) return null;
  const found = new Float32Array(count * width);
  const sums = new Float64Array(width), shares = new Float64Array(width);
  let after = 1;
  for (let part = 0; part < count; part++) {
    sums.fill(0);
    shares.fill(0);
    for (let fine = 0; fine < FINER; fine++) {
      const when = start + ((part * FINER + fine + 0.5) / (count * FINER)) * (end - start);
      while (after < near.length - 1 && time[near[after]] < when) after++;
      const from = near[after - 1], to = near[after];
      const share = Math.min(Math.max((when - time[from]) / (time[to] - time[from]), 0), 1);
      for (const [frame, weight] of [[from, (1 - share) / FINER], [to, share / FINER]]) {
        for (let at = 0; at < width; at++) {
          const value = world[frame * width + at];
          if (Number.isNaN(value)) continue;
          sums[at] += weight * value;
          shares[at] += weight;
        }
      }
    }
    for (let at = 0; at < width; at++) found[part * width + at] = shares[at] >= KNOWN ? sums[at] / shares[at] : NaN;
  }
  return found;
}

// Whether a camera stands in front or at the side: shoulders and hips lie across the picture, or along its depth.
export function view({ time, world }) {
  const across = [], deep = [];
  for (let frame = 0; frame < time.length; frame++) {
    const [x, y, z] = [0, 1, 2].map((axis) => {
      const at = (joint) => world[(frame * JOINTS + joint) * 3 + axis];
      return at(SHOULDERS[0]) - at(SHOULDERS[1]) + (at(HIPS[0]) - at(HIPS[1]));
    });
    if (!Number.isFinite(x + y + z)) continue;
    across.push(Math.abs(x));
    deep.push(Math.abs(z));
  }
  return middle(deep) > middle(across) ? "side" : "front";
}

// Which of [start, end, worth] are worth most together without overlapping, by time.
export function apart(spans) {
  const order = [...spans.keys()].sort((a, b) => spans[a][1] - spans[b][1] || spans[a][0] - spans[b][0]);
  const best = [[0, []]];
  order.forEach((at, place) => {
    const free = order.slice(0, place).filter((each) => spans[each][1] <= spans[at][0] + OVERLAP_S).length;
    const taken = [best[free][0] + spans[at][2], [...best[free][1], at]];
    best.push(taken[0] > best[place][0] ? taken : best[place]);
  });
  return best.at(-1)[1];
}
