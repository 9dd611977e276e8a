#!/usr/bin/env python3
"""Trains the judgement on doubtful assignments and writes src/verdict/learned/weights.json.

  train.py --corpus ../shared/creddata [--clean ROOT ...] [--fold K/N] [--folds N] [--out FILE]

`--corpus` is the directory with eval.py and train.jsonl.gz (26,000 labelled lines of real repositories).  Each --clean ROOT
is a directory of published packages; an assignment outside its tests, examples and documents counts as none.  With --fold,
every Nth repository (the Kth of them) is left out of training: run eval.py with the same --fold on a binary that is given
the file by --model.  Before training, N-fold figures by repository are printed.

Features come from `cargo run --example candidates`, so that training reads what the scanner reads.

True passwords in the corpus are scrambled letters and false ones are not, so a model would learn "scrambled means secret" and
drop what people choose.  Two things stand against it: each labelled password of at most 16 characters is drawn anew from
`people.py` in two further copies of the corpus, and the vocabulary by which words are known comes from other sources.
"""
import argparse, collections, copy, importlib.util, json, pathlib, random, subprocess, tempfile
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
import people

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "src/verdict/learned/weights.json"
TREES = dict(n_estimators=60, max_depth=4, learning_rate=0.1, subsample=0.7, min_samples_leaf=60, random_state=0)
COPIES = 2
LIKELY = 0.5        # chance from which an assignment is believed
DOUBT = 0.15        # chance from which it is worth a low confidence
COPY_WEIGHT, CLEAN_WEIGHT, UNLABELLED_WEIGHT = 0.5, 0.3, 0.5
MOST_PER_PACKAGE = 150


def corpus_module(path):
    spec = importlib.util.spec_from_file_location("creddata_eval", path / "eval.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def redrawn(docs, copy_number):
    """The corpus with passwords as people choose them."""
    docs = copy.deepcopy(docs)
    for d in docs:
        todo = [l for l in d["labels"] if redraws(d, l)]
        for l in sorted(todo, key=lambda l: -l["value_start"]):
            s = d["lines"][str(l["start"])]
            rng = random.Random(f'{copy_number}:{d["path"]}:{l["start"]}:{l["value_start"]}')
            new = people.password(rng)
            d["lines"][str(l["start"])] = s[:l["value_start"]] + new + s[l["value_end"]:]
            for other in d["labels"]:
                if other["start"] == l["start"] and other["value_start"] >= l["value_end"]:
                    for k in ("value_start", "value_end"):
                        other[k] += len(new) - (l["value_end"] - l["value_start"])
            l["value_end"] = l["value_start"] + len(new)
    return docs


def redraws(doc, label):
    size = label["value_end"] - label["value_start"]
    return (label["secret"] and "Password" in label["category"].split(":") and label["start"] == label["end"]
            and label["value_start"] >= 0 and 0 < size <= 16)


def candidates(tool, root):
    out = subprocess.run([tool, root], capture_output=True, check=True, text=True).stdout.splitlines()
    return json.loads(out[0])["names"], [json.loads(line) for line in out[1:]]


def label(doc, c):
    """1, 0, None (not told), and whether the line is labelled at all."""
    on_line = [l for l in doc["labels"] if l["start"] <= c["line"] <= l["end"]]
    if not on_line:
        return 0, False
    over = [l for l in on_line if l["start"] == c["line"] and l["value_start"] >= 0
            and l["value_start"] < c["end"] and c["start"] < max(l["value_end"], l["value_start"] + 1)]
    if over:
        return int(any(l["secret"] for l in over)), True
    vague = any(l["secret"] and (l["value_start"] < 0 or l["start"] != l["end"]) for l in on_line)
    return (None if vague else 0), True


class Rows:
    def __init__(self): self.x, self.y, self.w, self.repo, self.first = [], [], [], [], []

    def add(self, features, y, weight, repo, first):
        self.x.append(features); self.y.append(y); self.w.append(weight); self.repo.append(repo); self.first.append(first)

    def arrays(self): return tuple(map(np.array, (self.x, self.y, self.w, self.repo, self.first)))


def read_corpus(tool, module, docs, rows, weight, first):
    with tempfile.TemporaryDirectory() as tmp:
        module.write(docs, pathlib.Path(tmp))
        names, found = candidates(tool, tmp)
    by_path = {d["path"]: d for d in docs}
    for c in found:
        y, labelled = label(by_path[c["path"]], c)
        if y is not None:
            rows.add(c["features"], y, weight * (1 if labelled else UNLABELLED_WEIGHT), c["path"].split("/")[0], first and labelled)
    return names


def read_clean(tool, roots, names, rows):
    in_test = names.index("test-path")
    for root in roots:
        seen = collections.Counter()
        for c in candidates(tool, root)[1]:
            package = c["path"].split("/")[0]
            seen[package] += 1
            if seen[package] <= MOST_PER_PACKAGE and not c["features"][in_test]:
                rows.add(c["features"], 0, CLEAN_WEIGHT, "", False)


def fit(x, y, w):
    return GradientBoostingClassifier(**TREES).fit(x, y, sample_weight=w)


def figures(chance, y):
    hit = chance >= LIKELY
    tp, fp, fn = int((hit & (y == 1)).sum()), int((hit & (y == 0)).sum()), int((~hit & (y == 1)).sum())
    return dict(tp=tp, fp=fp, fn=fn, f1=round(2 * tp / (2 * tp + fp + fn), 4))


def cross_validate(x, y, w, repo, first, n):
    repos = sorted(set(repo) - {""})
    for k in range(n):
        out = np.isin(repo, repos[k::n])
        chance = fit(x[~out], y[~out], w[~out]).predict_proba(x)[:, 1]
        print(f"fold {k}/{n}: seen {figures(chance[first & ~out], y[first & ~out])}, unseen {figures(chance[first & out], y[first & out])}")


def tree_nodes(tree, rate):
    """Preorder, so that children stand behind their parents; values are means in log-odds, scaled by the learning rate."""
    nodes = []

    def visit(at):
        here = len(nodes)
        nodes.append(None)
        value = round(float(tree.value[at][0][0]) * rate, 4)
        if tree.children_left[at] < 0:
            nodes[here] = [0, 0, 0, 0, value]
        else:
            left = visit(tree.children_left[at]); right = visit(tree.children_right[at])
            nodes[here] = [int(tree.feature[at]), round(float(tree.threshold[at]), 4), left, right, value]
        return here

    visit(0)
    return nodes


def write(model, names, about, out):
    odds = lambda p: round(float(np.log(p / (1 - p))), 4)
    bias = odds(float(model.init_.class_prior_[1]))
    lines = [json.dumps(tree_nodes(e[0].tree_, model.learning_rate), separators=(",", ":")) for e in model.estimators_]
    head = dict(trained=about, features=names, threshold=odds(LIKELY), doubt=odds(DOUBT), bias=bias)
    body = ",\n".join(lines)
    out.write_text(json.dumps(head, indent=1)[:-2] + ',\n "trees": [\n' + body + "\n]}\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--corpus", type=pathlib.Path, required=True)
    ap.add_argument("--clean", nargs="*", default=[])
    ap.add_argument("--fold"); ap.add_argument("--folds", type=int, default=5); ap.add_argument("--out", type=pathlib.Path, default=OUT)
    ap.add_argument("--tool", default=str(ROOT / "target/debug/examples/candidates"))
    a = ap.parse_args()
    module = corpus_module(a.corpus)
    docs = module.load()
    rows = Rows()
    names = read_corpus(a.tool, module, docs, rows, 1, True)
    for number in range(COPIES):
        read_corpus(a.tool, module, redrawn(docs, number), rows, COPY_WEIGHT, False)
    read_clean(a.tool, a.clean, names, rows)
    x, y, w, repo, first = rows.arrays()
    about = f"{int(first.sum())} labelled assignments of {len(set(repo)) - 1} repositories, {COPIES} copies with people's passwords, {int((repo == '').sum())} of published packages"
    if a.fold:
        k, n = map(int, a.fold.split("/"))
        keep = ~np.isin(repo, sorted(set(repo) - {""})[k::n])
        x, y, w, about = x[keep], y[keep], w[keep], about + f", without fold {a.fold}"
    else:
        cross_validate(x, y, w, repo, first, a.folds)
    model = fit(x, y, w)
    write(model, names, about, a.out)
    print(about)
    for share, name in sorted(zip(model.feature_importances_, names), reverse=True)[:20]: print(f"{share:.3f} {name}")


if __name__ == "__main__":
    main()
