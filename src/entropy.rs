//! Shannon entropy of a byte string.

/// Entropy in bits per byte: 0 for a constant string, at most 8.
pub fn shannon(bytes: &[u8]) -> f64 {
    if bytes.is_empty() {
        return 0.0;
    }
    let mut counts = [0u32; 256];
    for &byte in bytes {
        counts[byte as usize] += 1;
    }
    let total = bytes.len() as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) / total)
        .map(|p| -p * p.log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert!(shannon(b"") == 0.0 && shannon(b"aaaa") == 0.0);
        assert!((shannon(b"abcd") - 2.0).abs() < 1e-9);
    }
}
