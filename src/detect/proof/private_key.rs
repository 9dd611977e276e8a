//! Private key blocks: what kind of key it is, under a passphrase or not, and the fingerprint of its public half.
//!
//! The public half is read out of the structure, never computed: where a structure holds only the private half, kind and
//! curve are all that is said.

use super::super::pem::Block;
use super::{Evidence, Proof, der, encoding, fact, google, openpgp, openssh};

/// A private key as far as its structure tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    /// Kind of key and, where it says anything, its size.
    pub(super) kind: String,
    /// Fingerprint of the public key, in the words of the tools for its format.
    pub(super) public: Option<String>,
    /// What it is encrypted with.
    pub(super) sealed: Option<String>,
    /// The first user id of an OpenPGP key.
    pub(super) owner: Option<String>,
}

/// Whether the block parses as a key, and which key it is.
pub(super) fn block(evidence: Evidence<'_>) -> Proof {
    let Some(block) = Block::of(evidence.bytes()) else { return Proof::structure(false) };
    let Some(key) = read(&block) else {
        let kind = fact("kind", block.label);
        return Proof::structure(false).with(kind.into_iter().chain(google::beside(evidence)));
    };
    let sealed = key.sealed.as_deref().and_then(|with| fact("encrypted with", with.as_bytes()));
    let owner = key.owner.as_deref().and_then(|owner| fact("user", owner.as_bytes()));
    let facts = fact("kind", key.kind.as_bytes()).into_iter().chain(sealed).chain(key.public).chain(owner);
    Proof::structure(true).with(facts.chain(google::beside(evidence)))
}

/// Whether the key is encrypted with a passphrase.
pub(in super::super) fn is_sealed(block: &Block<'_>) -> bool {
    block.label.starts_with(b"ENCRYPTED") || read(block).is_some_and(|key| key.sealed.is_some())
}

/// The key in `block`, whatever its label says: keys are often kept under the wrong one.
fn read(block: &Block<'_>) -> Option<Key> {
    let bytes = encoding::base64(&block.base64)?;
    if let Some(cipher) = &block.cipher {
        // RFC 1421 headers: the body is the ciphertext of a block cipher, of which whole blocks are all that can be told.
        let kind = String::from_utf8_lossy(block.label).into_owned();
        let sealed = Some(cipher.clone());
        return (!bytes.is_empty() && bytes.len() % 8 == 0).then(|| Key { kind, sealed, ..Key::default() });
    }
    openssh::read(&bytes).or_else(|| der::read(&bytes)).or_else(|| openpgp::read(&bytes))
}
