#!/usr/bin/env python3
"""Writes the golden vectors of the adapter level (SF-14, SF-7.4, SF-7.5, SF-7.7) and their SHA256SUMS.

Written from the specification alone: plain loops, standard library only, no code shared with the program. Run it here:

    python3 generate.py          # writes adapter-*.json and SHA256SUMS
    python3 generate.py --check  # exit status 1 if a file on disk differs

Python 3.9 or newer; every number comes from a seed in this file.
"""

import hashlib
import json
import math
import random
import struct
import sys
from pathlib import Path

HERE = Path(__file__).parent
INF = float("inf")


def f32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


# ---------------------------------------------------------------- the rule of a round (SF-14.2, SF-14.3)
def middle(values):
    """Median; the two middle values of an even count are averaged."""
    rest = list(values)
    while len(rest) > 2:
        rest.remove(min(rest))
        rest.remove(max(rest))
    return rest[0] if len(rest) == 1 else (rest[0] + rest[1]) / 2


def cut_of(rule, logits, sigma0, q0):
    if len(logits) < 3:
        return q0
    if rule in ("mad", "guarded"):
        m = middle(logits)
        spread = 1.4826 * middle([abs(z - m) for z in logits])
        if spread < sigma0 / 2:
            spread = sigma0 / 2
        cut = m + 3 * spread
        if rule == "guarded":
            quarter = sorted(logits)[math.ceil(len(logits) / 4) - 1]
            cut = min(cut, max(q0, quarter + 2.25 * sigma0))
        return cut
    candidates = []
    for low in logits:
        higher = [z for z in logits if z > low]
        below = len(logits) - len(higher)
        if higher and below >= 3 and min(higher) - low >= 1.5 * sigma0:
            candidates.append(low)
    return min(candidates) if candidates else INF


# ---------------------------------------------------------------- trust and quarantine (SF-7.4, SF-7.5, section 8.2)
class Client:
    def __init__(self):
        self.trust, self.window, self.level, self.left, self.streak = 0.5, [], 0, 0, 0

    def take_part(self, harmful):
        """Returns (omega, weight)."""
        if self.left > 0:
            if harmful:
                self.left = min(2 ** self.level, 16)
            else:
                self.left -= 1
            if self.left == 0:
                self.trust, self.window = 0.0, []
            return 0.0, 0.0
        omega = 0.0 if harmful else 1.0
        if omega < self.trust:
            self.trust = omega
        else:
            self.trust = self.trust + 0.4 * (omega - self.trust)
        self.window = (self.window + [harmful])[-10:]
        if sum(self.window) >= 3:
            self.level += 1
            self.left, self.window, self.streak, self.trust = min(2 ** self.level, 16), [], 0, 0.0
            return omega, 0.0
        self.streak = 0 if harmful else self.streak + 1
        if self.streak == 20:
            self.level, self.streak = max(0, self.level - 1), 0
        return omega, self.trust


def play(rule, sigma0, q0, rounds):
    clients, out = {}, []
    for replies in rounds:
        logits = [r["z"] for r in replies if r["code"] == "OK" and r["z"] is not None]
        cut = cut_of(rule, logits, sigma0, q0) if logits else INF
        row = {"cut": cut, "harmful": [], "omega": [], "weight": [], "quarantine_left": []}
        for r in replies:
            admitted = r["code"] == "OK" and r["z"] is not None
            harmful = not admitted or r["z"] > cut
            client = clients.setdefault(r["node"], Client())
            omega, weight = client.take_part(harmful)
            row["harmful"].append(harmful)
            row["omega"].append(omega)
            row["weight"].append(weight)
            row["quarantine_left"].append(client.left)
        out.append(row)
    return out


# ---------------------------------------------------------------- the mean under the clip (SF-7.7, SF-5.1)
def lower_median(values):
    rest = sorted(values)
    return rest[(len(rest) + 1) // 2 - 1]


def boosted(sigma0, q0, start, updates, factors, logits, samples):
    adapters = [[f32(g + f * u) for g, u in zip(start, row)] for row, f in zip(updates, factors)]
    deltas = [[a - g for a, g in zip(row, start)] for row in adapters]
    norms = [math.sqrt(math.fsum(d * d for d in row)) for row in deltas]
    rho = lower_median(norms)
    scale = [min(1.0, rho / n) for n in norms]
    replies = [{"node": str(i + 1), "code": "OK", "z": z} for i, z in enumerate(logits)]
    weight = play("mad", sigma0, q0, [replies])[0]["weight"]
    mass = [n * w for n, w in zip(samples, weight)]

    def mean(scales):
        total = math.fsum(mass)
        return [g + math.fsum(e * c * d[j] for e, c, d in zip(mass, scales, deltas)) / total for j, g in enumerate(start)]

    return adapters, {"norms": norms, "rho": rho, "scale": scale, "weight": weight, "clipped": mean(scale),
                      "unclipped": mean([1.0] * len(scale))}


# ---------------------------------------------------------------- work that is somebody else's (SF-7.6, duplicates = strike)
TOLERANCE = 0.02


def apart(u, v):
    """Distance of u from the nearest multiple of v, relative to its length; 1 where they point apart, None for nothing."""
    uu, vv, uv = (math.fsum(a * b for a, b in zip(x, y)) for x, y in ((u, u), (v, v), (u, v)))
    if uu == 0 or vv == 0:
        return None
    if uv < 0:
        return 1.0
    rest = [a - uv / vv * b for a, b in zip(u, v)]
    return math.sqrt(math.fsum(r * r for r in rest) / uu)


def close(u, v):
    distance = apart(u, v)
    if distance is not None and TOLERANCE / 2 < distance < TOLERANCE * 2:
        raise SystemExit("a distance of %g is too near to the cut for a sketch; take another seed" % distance)
    return distance is not None and distance <= TOLERANCE


def play_copies(window, rounds):
    steps, clients, out = [], {}, []
    for one in rounds:
        updates = {int(node): values for node, values in one["updates"].items()}
        row = {"copied": [], "twin": [], "weight": []}
        for node in sorted(updates):
            twins = [other for other in sorted(updates) if other != node and close(updates[node], updates[other])]
            copied = "STEP" if any(close(updates[node], s) for s in steps) else "REPLY" if twins else ""
            equal = sum(1 for values in updates.values() if values == updates[node])
            omega, weight = clients.setdefault(node, Client()).take_part(copied != "")
            row["copied"].append(copied)
            row["twin"].append(str(twins[0]) if twins else "")
            row["weight"].append(weight / equal)
        out.append(row)
        if one["makers"] > 1:
            steps = (steps + [one["step"]])[-window:]
    return out


def copies_case(name, text, seed, width, rounds, window):
    """Rounds in which nodes 1 to 4 send work of their own, and the others what the plan says."""
    dice = random.Random(seed)

    def draw(scale=1.0):
        return [f32(scale * dice.gauss(0, 1)) for _ in range(width)]

    def moved(values, jitter, scale=1.0):
        noise, length = draw(), math.sqrt(math.fsum(v * v for v in values))
        size = math.sqrt(math.fsum(n * n for n in noise))
        return [f32(scale * (v + jitter * length / size * n)) for v, n in zip(values, noise)]

    made, steps = [], []
    for k in range(rounds):
        updates = {str(n): draw(0.1 * n) for n in range(1, 5)}
        updates["5"] = moved(updates["1"], 0.0, 3.0) if k % 3 == 0 else draw()
        updates["6"] = list(updates["2"]) if k % 4 == 1 else moved(updates["3"], 0.004) if k % 4 == 2 else draw()
        updates["7"] = moved(steps[-1], 1e-4, 0.5) if steps and k % 2 else moved(updates["4"], 0.3)
        updates["8"] = list(steps[0]) if k == rounds - 1 else [-v for v in updates["1"]]
        makers = 1 if k == 2 else 4
        step = [f32(math.fsum(updates[str(n)][j] for n in range(1, 5)) / 4) for j in range(width)]
        steps.append(step)
        made.append({"updates": updates, "step": step, "makers": makers})
    return case("adapter-copies", name, seed, text, {"window": window, "tolerance": TOLERANCE, "rounds": made},
                {"rounds": play_copies(window, made)})


# ---------------------------------------------------------------- cases
def case(kind, name, seed, text, inputs, expected, tolerance=1e-12):
    return {"id": name, "kind": kind, "description": text, "source": "golden/adapter/generate.py", "seed": seed,
            "tolerance": {"abs": tolerance, "rel": tolerance}, "inputs": inputs, "expected": expected}


def rounds_case(name, text, rule, rounds, sigma0=1.0, q0=2.5, seed=0):
    replies = [[{"node": str(n), "code": c, "z": z} for n, c, z in one] for one in rounds]
    return case("adapter-rounds", name, seed, text, {"rule": rule, "sigma0": sigma0, "q0": q0, "rounds": replies},
                {"rounds": play(rule, sigma0, q0, replies)})


def ok(*logits):
    return [(i + 1, "OK", float(z)) for i, z in enumerate(logits)]


def drawn(seed, rule, counts, rounds, hostile, drift):
    """Rounds of drawn logits; a hostile client lies some deviations above the others, the whole round drifts."""
    dice = random.Random(seed)
    out = []
    for k in range(rounds):
        n = dice.choice(counts)
        nodes = sorted(dice.sample(range(1, max(counts) + 3), n))
        row = []
        for node in nodes:
            z = dice.gauss(drift * k, 0.6) + (dice.uniform(2, 7) if node <= hostile else 0)
            code = "NON_FINITE" if dice.random() < 0.04 else "OK"
            row.append((node, code, None if code != "OK" else z))
        out.append(row)
    far = [abs(z - c["cut"]) for c, one in zip(play(rule, 1.0, 2.5, [[{"node": str(n), "code": c, "z": z} for n, c, z in one] for one in out]), out)
           for _, _, z in one if z is not None and c["cut"] != INF]
    if rule != "gap" and min(far) < 1e-9:
        raise SystemExit("a drawn logit lies on its cut; take another seed")
    return out


def boost_case(name, text, seed, boost, hidden):
    dice = random.Random(seed)
    width, clients = 12, 7
    start = [f32(dice.gauss(0, 1)) for _ in range(width)]
    push = [dice.gauss(0, 1) for _ in range(width)]
    updates = [[0.3 * (p + dice.gauss(0, 0.5)) for p in push] for _ in range(clients)]
    updates[2] = [0.3 * (-p + dice.gauss(0, 0.5)) for p in push]
    factors = [1.0] * clients
    factors[2] = boost
    logits = [round(dice.gauss(0, 0.5), 6) for _ in range(clients)]
    if not hidden:
        logits[2] = 9.0
    samples = [160, 160, 160, 96, 160, 160, 80]
    adapters, expected = boosted(1.0, 2.5, start, updates, factors, logits, samples)
    return case("adapter-boost", name, seed, text,
                {"sigma0": 1.0, "q0": 2.5, "global": start, "adapters": adapters, "z": logits, "samples": samples,
                 "booster": 2}, expected, 1e-6)


def cases():
    yield rounds_case("adapter-mad-odd", "mad, odd counts: the middle logit is the median", "mad",
                      [ok(0, 1, 2, 3, 14), ok(-5, -4, -4, -3, 20, 21, -4.5), ok(0.0, 4.0, 8.0, 20.0, 30.75), ok(1, 2, 3)])
    yield rounds_case("adapter-mad-even", "mad, even counts: the two middle logits are averaged, in both medians", "mad",
                      [ok(0, 0, 2, 2, 5.4, 1), ok(0, 0, 0, 4, 4, 14), ok(0, 1, 3, 9), ok(0, 1, 3, 6, 9, 25.5, 26, 3.5)])
    yield rounds_case("adapter-mad-floor", "mad: half of sigma0 is the least spread; a logit on the cut is not harmful", "mad",
                      [ok(1, 1, 1, 1, 2.5), ok(1, 1, 1, 1, 2.5000001), ok(7, 7, 7), ok(40, 40.25, 39.75, 40, 44)])
    yield rounds_case("adapter-mad-violations", "violations and replies without a logit are harmful and no part of the median", "mad",
                      [[(1, "OK", 0.0), (2, "BAD_SHAPE", None), (3, "OK", 0.25), (4, "OK", 6.0), (5, "OK", None), (6, "OK", 0.5),
                        (18446744073709551615, "OK", 0.75)],
                       [(1, "OK", 9.0), (2, "BAD_SHAPE", None), (3, "OK", 1.0)],
                       [(2, "BAD_SHAPE", None), (5, "OK", None)]])
    yield rounds_case("adapter-gap", "gap: the lowest wide gap with three replies below it; none, ties and half hostile rounds", "gap",
                      [ok(0, 0.3, 0.6, 0.9, 9, 9.2, 9.4, 9.6), ok(0, 0.1, 5, 5.1, 5.2), ok(0, 0.25, 0.5, 2), ok(0, 0.25, 0.5, 1.999),
                       ok(9, 0, 4, 0.1, 0.2), ok(3, 3, 3, 9), ok(1, 2, 30), ok(0, 1, 2, 3, 4, 5)])
    yield rounds_case("adapter-guarded", "guarded: hostile clients lift the median deviation, not the lower quartile; nothing below q0", "guarded",
                      [ok(0, 0.25, 0.5, 5, 5.25, 5.5), ok(0, 0.5, 1, 1.5, 4, 4.5, 4.25), ok(0, 5, 5.5, 6), ok(-3, -2.5, -2, 2.25, 2.5, 2.75),
                       ok(-1, 0, 1, 2, 3, 4, 5, 6, 7), ok(6, 6.25, 6.5, 6.75, 9), ok(1, 3, 2)])
    yield rounds_case("adapter-guarded-drawn", "guarded over drawn rounds, up to half of them hostile", "guarded",
                      drawn(31, "guarded", (3, 4, 6, 8, 9), 24, 4, 0.05), seed=31)
    yield rounds_case("adapter-few", "fewer than three admitted replies: above q0 is harmful, on it is not", "mad",
                      [ok(2.5), ok(2.6), ok(40, 2.4), [(1, "OK", 40.0), (2, "OK", 41.0), (3, "NON_FINITE", None), (4, "NON_FINITE", None)],
                       [(7, "BAD_KEYS", None)], []])
    yield rounds_case("adapter-few-gap", "fewer than three admitted replies under the gap rule: the same absolute cut", "gap",
                      [ok(2.5), ok(2.6), ok(40, 2.4), ok(0, 0)])
    yield rounds_case("adapter-card", "other numbers of the card: sigma0 and q0 enter as they are", "mad",
                      [ok(0, 0, 0, 0, 0.3), ok(0, 0, 0, 0, 0.31), ok(-1.5, -1.2), ok(-1.25)], 0.2, -1.25)
    for rule, seed in (("mad", 140001), ("gap", 140002)):
        yield rounds_case("adapter-%s-drawn" % rule, "%s over 60 drawn rounds of 1 to 12 replies with drift, absences and violations" % rule,
                          rule, drawn(seed, rule, range(1, 13), 60, 3, 0.2), seed=seed)
    yield rounds_case("adapter-mad-trust", "mad over 60 rounds of nine clients, three hostile from round 20 on: trust, quarantine, way back",
                      "mad", [[(n, "OK", (0.1 * n + 0.01 * ((k * 7 + n * 3) % 10)) + (8 if n > 6 and 20 <= k < 35 else 0))
                               for n in range(1, 10)] for k in range(60)])
    yield copies_case("adapter-copies", "strike: equal updates, multiples, slightly moved ones and the server's own steps are harmful; "
                      "opposite and freely moved ones are not", 140005, 48, 9, 50)
    yield copies_case("adapter-copies-wide", "strike over wider updates, of which a sketch sees sums only; a window of three steps", 140006,
                      150, 6, 3)
    yield boost_case("adapter-boost-hidden", "boosting x10 that the logit does not show: clipped to the lower median of the norms", 140003, 10.0, True)
    yield boost_case("adapter-boost-seen", "boosting x10 that the logit shows: weight 0, no trace", 140004, 10.0, False)
    yield boost_case("adapter-boost-huge", "boosting x1e6 under the clip moves no more than x10 does", 140003, 1e6, True)


def plain(value):
    if isinstance(value, float):
        return str(value).replace("inf", "Infinity") if math.isinf(value) else value
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def main():
    files = {c["id"] + ".json": json.dumps(plain(c), separators=(",", ":"), allow_nan=False) + "\n" for c in cases()}
    files["SHA256SUMS"] = "".join("%s  %s\n" % (hashlib.sha256(files[n].encode()).hexdigest(), n) for n in sorted(files))
    stale = []
    for name, text in files.items():
        path = HERE / name
        if "--check" in sys.argv:
            if not path.is_file() or path.read_text() != text:
                stale.append(name)
        else:
            path.write_text(text)
    if stale:
        raise SystemExit("differ: " + ", ".join(stale))
    print("%d vectors" % (len(files) - 1))


if __name__ == "__main__":
    main()
