//! The colours of a tenant, as a style sheet of their own. Its address names its content.

use super::assets;
use bytes::Bytes;
use pleiade_core::{Branding, Colour, Tenant, TenantId};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const WHITE: Colour = Colour { rgb: [255, 255, 255] };
const INK: Colour = Colour { rgb: [0x0f, 0x15, 0x25] };
const LIGHT_PAGE: Colour = Colour { rgb: [0xf4, 0xf5, 0xf8] };
const DARK_SHEET: Colour = Colour { rgb: [0x19, 0x1e, 0x28] };

/// The contrast that WCAG 2 asks of text.
const MIN_CONTRAST: f64 = 4.5;

/// The style sheets of every tenant.
#[derive(Debug, Default)]
pub struct Sheets(BTreeMap<TenantId, Sheet>);

/// One tenant's style sheet.
#[derive(Debug)]
pub struct Sheet {
    digest: String,
    /// The text.
    pub plain: Bytes,
    /// The same, compressed.
    pub gzip: Bytes,
}

impl Sheets {
    /// Writes the sheets.
    pub fn new<'a>(tenants: impl IntoIterator<Item = &'a Tenant>) -> Self {
        Self(tenants.into_iter().map(|tenant| (tenant.id.clone(), sheet(&tenant.branding))).collect())
    }

    /// The address of a tenant's sheet.
    #[must_use]
    pub fn address(&self, tenant: &TenantId) -> String {
        let digest = self.0.get(tenant).map_or("none", |sheet| &sheet.digest);
        format!("/theme/{tenant}/{digest}.css")
    }

    /// A sheet by its address.
    #[must_use]
    pub fn sheet(&self, tenant: &str, file: &str) -> Option<&Sheet> {
        let sheet = self.0.get(&TenantId::new(tenant).ok()?)?;
        (file.strip_suffix(".css")? == sheet.digest).then_some(sheet)
    }
}

fn sheet(branding: &Branding) -> Sheet {
    let plain = branding.accent.map_or_else(String::new, |accent| {
        let (light, dark) = (Shades::new(accent, INK, LIGHT_PAGE, WHITE), Shades::new(accent, WHITE, DARK_SHEET, DARK_SHEET));
        format!(
            ":root{{--accent:light-dark({},{});--accent-ink:light-dark({},{});--accent-soft:light-dark({},{})}}",
            light.accent, dark.accent, light.ink, dark.ink, light.soft, dark.soft
        )
    });
    let plain = Bytes::from(plain);
    Sheet { digest: assets::short(&Sha256::digest(&plain)), gzip: assets::gzip(&plain), plain }
}

/// An accent in one theme, the text that stands on it, and the tint it stands on.
struct Shades {
    accent: Colour,
    ink: Colour,
    soft: Colour,
}

impl Shades {
    fn new(accent: Colour, end: Colour, page: Colour, sheet: Colour) -> Self {
        let on_page = towards(accent, end, page);
        let soft = mix(on_page, sheet, 0.88);
        let accent = towards(on_page, end, soft);
        Self { ink: ink_on(accent), accent, soft }
    }
}

/// The accent, moved just as far towards `end` as it takes to read on `page`.
fn towards(accent: Colour, end: Colour, page: Colour) -> Colour {
    (0..=20)
        .map(|step| mix(accent, end, f64::from(step) / 20.0))
        .find(|colour| colour.contrast(page) >= MIN_CONTRAST + 0.2)
        .unwrap_or(end)
}

fn ink_on(accent: Colour) -> Colour {
    if WHITE.contrast(accent) >= INK.contrast(accent) { WHITE } else { INK }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn mix(from: Colour, to: Colour, share: f64) -> Colour {
    let [r, g, b] = std::array::from_fn(|i| {
        let (a, z) = (
            f64::from(from.rgb.get(i).copied().unwrap_or(0)),
            f64::from(to.rgb.get(i).copied().unwrap_or(0)),
        );
        (a + (z - a) * share).round().clamp(0.0, 255.0) as u8
    });
    Colour { rgb: [r, g, b] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever colour a collectivité chooses, its page stays readable.
        #[test]
        fn every_accent_reads_in_both_themes(r: u8, g: u8, b: u8) {
            let chosen = Colour { rgb: [r, g, b] };
            for (end, page, sheet) in [(INK, LIGHT_PAGE, WHITE), (WHITE, DARK_SHEET, DARK_SHEET)] {
                let Shades { accent, ink, soft } = Shades::new(chosen, end, page, sheet);
                for under in [page, sheet, soft] {
                    prop_assert!(accent.contrast(under) >= MIN_CONTRAST);
                }
                prop_assert!(ink.contrast(accent) >= MIN_CONTRAST);
            }
        }
    }
}
