//! The collectivités served by one instance.

use crate::{Locale, MailDomain, Siren, Siret, TenantId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A collectivité: commune, EPCI, department, CCAS…
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tenant {
    /// The short name by which configuration and database know it; never changed.
    pub id: TenantId,
    /// Its name as people read it.
    pub name: String,
    /// Other names that people type to find it: `45200 MONTARGIS`.
    pub postal_names: Vec<String>,
    /// Its SIREN.
    pub siren: Option<Siren>,
    /// The SIRET numbers of its establishments.
    pub sirets: Vec<Siret>,
    /// Host names of its pages, lower case, without port.
    pub hosts: Vec<String>,
    /// The identity providers behind a shared one that are its own, as that one names them (`idp_id` of ProConnect).
    pub idp_ids: Vec<String>,
    /// Mail domains that route a person towards its sign-in sources.
    pub mail_domains: Vec<MailDomain>,
    /// The colours and the mark of its pages.
    pub branding: Branding,
    /// The language before a person chooses one.
    pub locale: Locale,
    /// The time zone of its people; Europe/Paris unless overseas.
    pub time_zone: chrono_tz::Tz,
}

impl Tenant {
    /// A tenant with nothing but its slug and its name.
    #[must_use]
    pub fn new(id: TenantId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            postal_names: Vec::new(),
            siren: None,
            sirets: Vec::new(),
            hosts: Vec::new(),
            idp_ids: Vec::new(),
            mail_domains: Vec::new(),
            branding: Branding::default(),
            locale: Locale::Fr,
            time_zone: chrono_tz::Europe::Paris,
        }
    }
}

/// The colours and marks of a tenant's pages.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Branding {
    /// The accent colour of the light theme; the dark theme's is derived from it.
    pub accent: Option<Colour>,
    /// One or two letters shown in the brand mark.
    pub monogram: Option<String>,
}

/// An opaque sRGB colour, written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour {
    /// Red, green and blue.
    pub rgb: [u8; 3],
}

/// Not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written #rrggbb, for example #1f3889")]
pub struct ColourError;

impl Colour {
    /// The WCAG 2 relative luminance, 0 for black to 1 for white.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.rgb.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// The WCAG 2 contrast ratio with another colour, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

impl FromStr for Colour {
    type Err = ColourError;
    fn from_str(text: &str) -> Result<Self, ColourError> {
        let hex = text
            .strip_prefix('#')
            .filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .ok_or(ColourError)?;
        let packed = u32::from_str_radix(hex, 16).map_err(|_| ColourError)?;
        let [_, r, g, b] = packed.to_be_bytes();
        Ok(Self { rgb: [r, g, b] })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.rgb;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl TryFrom<String> for Colour {
    type Error = ColourError;
    fn try_from(text: String) -> Result<Self, ColourError> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_matches_wcag() {
        let (black, white): (Colour, Colour) = ("#000000".parse().unwrap(), "#ffffff".parse().unwrap());
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        let grey: Colour = "#767676".parse().unwrap();
        assert!((grey.contrast(white) - 4.54).abs() < 0.01, "the darkest grey known to pass 4.5 on white");
    }

    #[test]
    fn colours_are_strict() {
        for bad in ["1f3889", "#fff", "#1f388g", "#+f3889", "red", "#ffffff;}"] {
            assert!(bad.parse::<Colour>().is_err(), "{bad}");
        }
        assert_eq!("#1F3889".parse::<Colour>().unwrap().to_string(), "#1f3889");
    }
}
