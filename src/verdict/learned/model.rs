//! The learned judgement: a sum of small decision trees over [`Features`], written by `tools/train/train.py`.

use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use super::features::{COUNT, Features, NAMES};

/// The weights that are compiled in.
static BUILT_IN: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_bytes!("weights.json")).expect("a test parses the file"));

/// Weights given with `--model`, for measuring.
static GIVEN: OnceLock<Model> = OnceLock::new();

/// Weights and the threshold above which an assignment is believed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What it was trained on, in words.
    #[allow(dead_code, reason = "provenance, for readers of the file")]
    trained: String,
    /// Names of the features that the numbers in `trees` stand for.
    features: Vec<String>,
    /// Least sum, in log-odds, that is believed.
    threshold: f32,
    /// Least sum, in log-odds, that is worth a low confidence.
    doubt: f32,
    /// Sum before any tree, in log-odds.
    bias: f32,
    trees: Vec<Vec<Node>>,
}

/// A node: `[feature, bound, left, right, value]`. Left is for features of at most `bound`; a leaf has no children, which
/// is written as two zeros (the root is nobody's child). `value` is the mean of the leaves below in log-odds.
#[derive(Debug, Deserialize)]
struct Node(usize, f32, usize, usize, f32);

/// What the model says about one assignment.
#[derive(Clone, Debug)]
pub struct Opinion {
    /// Chance that it is a credential, 0 to 1.
    pub chance: f32,
    /// Believed at the default confidence.
    pub believed: bool,
    /// Not believed, but worth a low confidence.
    pub doubted: bool,
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is no model of this version.
    #[error("the file is no model of this version: {0}")]
    Parse(#[from] serde_json::Error),
    /// It was trained on other features, or a tree points outside itself.
    #[error("the model does not fit the features of this version")]
    Features,
}

impl Model {
    /// The model in use.
    pub fn current() -> &'static Self {
        GIVEN.get().unwrap_or_else(|| &BUILT_IN)
    }

    /// Uses the weights in `file`, the bytes of one, from now on; only the first call counts.
    ///
    /// # Errors
    /// When it holds no model of this version.
    pub fn give(file: &[u8]) -> Result<(), ModelError> {
        let model = Self::parse(file)?;
        let _ = GIVEN.set(model);
        Ok(())
    }

    fn parse(file: &[u8]) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_slice(file)?;
        let known = model.features.iter().map(String::as_str).eq(NAMES);
        // Children stand behind their parents, so every walk ends.
        let sound = |tree: &Vec<Node>| {
            tree.iter().enumerate().all(|(at, Node(feature, _, left, right, _))| {
                let leaf = *left == 0 && *right == 0;
                *feature < COUNT
                    && (leaf || *left > at && *right > at && *left < tree.len() && *right < tree.len())
            }) && !tree.is_empty()
        };
        if known && model.trees.iter().all(sound) { Ok(model) } else { Err(ModelError::Features) }
    }

    /// Judges one assignment.
    pub fn judge(&self, features: &Features) -> Opinion {
        let sum = self.trees.iter().fold(self.bias, |sum, tree| sum + leaf(tree, features));
        let believed = sum >= self.threshold;
        Opinion { chance: 1.0 / (1.0 + (-sum).exp()), believed, doubted: !believed && sum >= self.doubt }
    }

    /// What each feature added to the sum, in log-odds, the largest first; features that added nothing are left out.
    pub fn explain(&self, features: &Features) -> Vec<(&'static str, f32)> {
        let mut shares = [0.0; COUNT];
        for tree in &self.trees {
            let mut at = 0;
            while let Some(next) = tree[at].next(features) {
                shares[tree[at].0] += tree[next].4 - tree[at].4;
                at = next;
            }
        }
        let mut named: Vec<(&str, f32)> =
            NAMES.into_iter().zip(shares).filter(|(_, share)| *share != 0.0).collect();
        named.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
        named
    }
}

impl Node {
    fn next(&self, features: &Features) -> Option<usize> {
        let Self(feature, bound, left, right, _) = *self;
        let child = if features[feature] <= bound { left } else { right };
        (left != 0 || right != 0).then_some(child)
    }
}

fn leaf(tree: &[Node], features: &Features) -> f32 {
    let mut at = 0;
    while let Some(next) = tree[at].next(features) {
        at = next;
    }
    tree[at].4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_model_fits_the_features() {
        assert!(!BUILT_IN.trees.is_empty() && BUILT_IN.doubt < BUILT_IN.threshold);
    }

    #[test]
    fn explanations_add_up() {
        let features = [1.0; COUNT];
        let roots: f32 = BUILT_IN.trees.iter().map(|tree| tree[0].4).sum();
        let shares: f32 = BUILT_IN.explain(&features).iter().map(|(_, share)| share).sum();
        let chance = 1.0 / (1.0 + (-(BUILT_IN.bias + roots + shares)).exp());
        assert!((chance - BUILT_IN.judge(&features).chance).abs() < 1e-3);
    }

    #[test]
    fn models_that_do_not_fit_are_refused() {
        let names = serde_json::to_string(&NAMES.to_vec()).expect("strings");
        let model = |tree: &str| {
            let text = format!(
                r#"{{"trained":"","features":{names},"threshold":0,"doubt":-1,"bias":0,"trees":[{tree}]}}"#
            );
            Model::parse(text.as_bytes())
        };
        assert!(model("[[0,0.5,1,2,0],[0,0,0,0,-1],[0,0,0,0,1]]").is_ok());
        for tree in ["[[0,0.5,0,1,0]]", "[[0,0.5,1,9,0],[0,0,0,0,1]]", "[[99,0,0,0,1]]", "[]"] {
            assert!(model(tree).is_err(), "{tree}");
        }
    }
}
