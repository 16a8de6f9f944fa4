//! What Ciril hands over as files.

use crate::support::{Assembly, count, technical};
use pleiade_connectors::{ciril::CirilConfig, kind::ConnectorSettings as _};
use pleiade_core::{Amount, ConnectorId, TaskKind, WidgetId};
use pleiade_testkit::NeverAnswers;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::{fmt::Write as _, path::Path, sync::Arc};

const ELEMENTS: &str = "agent;application;liste;id;titre;sous_titre;statut;date;echeance;montant;devise;url
dupont.m;CNF;bc_a_viser;24-00318;Papeterie du Parc;Fournitures école;A_VISER;2026-11-12;2026-12-19;1234,50;EUR;https://elsewhere.example/
dupont.m;CRH;absences_a_valider;88121;MARTIN Paul;CA du 02/04 au 05/04 (4 j);A_VALIDER;2026-11-11;;;;
dupont;CNF;bc_a_viser;24-00400;Autre;;A_VISER;2026-11-12;;;;
";
const FIGURES: &str = "agent;application;code;libelle;valeur;unite;maj
dupont.m;CRH;solde_ca;Congés annuels;18,5;jours;2026-11-22T05:00:00+01:00
dupont.m;CNF;credits_disponibles;Crédits;-12,50;EUR;2026-11-22T05:00:00+01:00
";

fn drop_files(folder: &Path) {
    let mut files = Vec::new();
    for (name, text) in [("elements.csv", ELEMENTS), ("indicateurs.csv", FIGURES)] {
        std::fs::write(folder.join(name), text).unwrap();
        let digest = Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        files.push(json!({ "nom": name, "lignes": text.lines().count() - 1, "sha256": digest }));
    }
    let manifest = json!({ "schema": "pleiade.depot/1", "application": "CIRIL", "produit_le": "2026-11-23T05:02:11+01:00", "fichiers": files });
    std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
}

#[tokio::test]
async fn each_person_sees_what_is_theirs_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    drop_files(folder.path());
    let settings = json!({
        "url": "https://civil.example/", "access": "exchange", "source": { "files": { "folder": folder.path() } },
    });
    let config: CirilConfig = serde_json::from_value(settings).unwrap();
    assert!(config.addresses().is_empty() && config.stores().len() == 1, "nothing is called");
    let connector = config.build(ConnectorId::from_static("ciril"), Arc::new(NeverAnswers)).unwrap();
    let people = Assembly::with(technical());
    let load = async |widget: &'static str, key: &str| {
        connector.widget(&WidgetId::from_static(widget)).unwrap().load(&people.keyed(&[], key)).await.unwrap()
    };
    let finances = load("finances", "dupont.m").await;
    assert_eq!(count(&finances, "bc_a_viser"), Some((1, false)));
    assert_eq!((finances.items.len(), finances.items[0].task.as_ref().unwrap().kind), (1, TaskKind::Approve));
    assert!(
        finances.items[0].link.as_ref().is_none_or(|link| link.host_str() == Some("civil.example")),
        "links stay on the platform"
    );
    let credits =
        finances.indicators.iter().find(|indicator| indicator.key.as_str() == "credits_disponibles").unwrap();
    assert!(matches!(credits.amount, Amount::Money { hundredths: -1250, .. }));
    let people_card = load("people", "dupont.m").await;
    assert_eq!(count(&people_card, "absences_a_valider"), Some((1, false)));
    assert!(
        !people_card.items[0].task.as_ref().unwrap().may_be_delegated(),
        "the kind of an absence is nobody else's to see"
    );
    let balance =
        people_card.indicators.iter().find(|indicator| indicator.key.as_str() == "solde_ca").unwrap();
    assert!(matches!(balance.amount, Amount::Days { hundredths: 1850 }));
    assert_eq!(load("finances", "dup").await.items.len(), 0, "a part of a key is nobody's");
}
