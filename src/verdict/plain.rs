//! What a value and its name are where the text spells them in an encoding. Apart from the span, which says where they
//! stand, because the same secret is to be the same finding however it is written.

use crate::secret::Secret;

/// A decoded value with its decoded name. Nothing of it is shown by `Debug`.
pub struct Plain {
    /// The value.
    pub value: Secret,
    /// The name that it is given to; empty for none.
    pub name: Vec<u8>,
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Plain")
    }
}
