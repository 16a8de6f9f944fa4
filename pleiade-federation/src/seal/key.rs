//! The key itself: 32 random bytes, written in base64.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};
use std::{
    fmt,
    io::{self, Write as _},
    path::Path,
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A key that cannot be read or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not base64 of 32 bytes.
    #[error("a sealing key is 32 bytes in base64; make one with `pleiade-server key new`")]
    Shape,
    /// The file cannot be read or written.
    #[error("the key file cannot be read or created; check its path and rights")]
    File,
    /// Others may read the file.
    #[error("the key file can be read by other accounts; run `chmod 600` on it")]
    TooOpen,
    /// The machine gives no randomness.
    #[error("the machine gives no randomness")]
    NoRandomness,
}

/// A sealing key, wiped from memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SealKey([u8; 32]);

/// Shows only its id.
impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({:08x})", u32::from_be_bytes(self.id()))
    }
}

impl SealKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut key = Self([0; 32]);
        getrandom::fill(&mut key.0).map_err(|_| KeyError::NoRandomness)?;
        Ok(key)
    }

    /// Reads a key; spaces and line ends around it do not count.
    ///
    /// # Errors
    /// [`KeyError::Shape`].
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.trim()).map_err(|_| KeyError::Shape)?);
        bytes.as_slice().try_into().map(Self).map_err(|_| KeyError::Shape)
    }

    /// Writes the key.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_STANDARD.encode(self.0))
    }

    /// Reads the key of a file that only its owner may read.
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::TooOpen`], [`KeyError::Shape`].
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(path).map_err(|_| KeyError::File)?.permissions().mode();
            // A group may read: secrets mounted by service managers belong to root and the service's group.
            if mode & 0o007 != 0 {
                return Err(KeyError::TooOpen);
            }
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|_| KeyError::File)?);
        Self::from_base64(&text)
    }

    /// The key of a file, made at the first start and readable by its owner only.
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn from_file_or_new(path: &Path) -> Result<Self, KeyError> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        match options.open(path) {
            Ok(mut file) => {
                let key = Self::generate()?;
                file.write_all(key.to_base64().as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(|_| KeyError::File)?;
                Ok(key)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::from_file(path),
            Err(_) => Err(KeyError::File),
        }
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Four bytes that name the key without telling it.
    pub(super) fn id(&self) -> [u8; 4] {
        let digest = Sha256::new().chain_update(b"pleiade seal key id").chain_update(self.0).finalize();
        let [a, b, c, d, ..] = <[u8; 32]>::from(digest);
        [a, b, c, d]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_were_written() {
        let key = SealKey::generate().unwrap();
        let again = SealKey::from_base64(&format!(" {}\n", *key.to_base64())).unwrap();
        assert_eq!(key.bytes(), again.bytes());
        for bad in ["", "abc", &BASE64_STANDARD.encode([0; 31]), &BASE64_STANDARD.encode([0; 33])] {
            assert_eq!(SealKey::from_base64(bad).err(), Some(KeyError::Shape));
        }
    }

    #[test]
    fn debug_does_not_tell_the_key() {
        let key = SealKey::generate().unwrap();
        assert!(!format!("{key:?}").contains(&key.to_base64()[..8]));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_private_and_an_open_one_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let key = SealKey::from_file_or_new(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(SealKey::from_file_or_new(&path).unwrap().bytes(), key.bytes());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(SealKey::from_file(&path).err(), Some(KeyError::TooOpen));
        assert_eq!(SealKey::from_file(&folder.path().join("missing")).err(), Some(KeyError::File));
    }
}
