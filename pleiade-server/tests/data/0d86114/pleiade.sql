--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18
-- Dumped by pg_dump version 15.18

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: fixture_0d86114; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA fixture_0d86114;


--
-- Name: audit_is_kept(); Type: FUNCTION; Schema: fixture_0d86114; Owner: -
--

CREATE FUNCTION fixture_0d86114.audit_is_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the audit log is not changed';
    END IF;
    -- 180 days, in milliseconds.
    IF OLD.at > EXTRACT(EPOCH FROM now()) * 1000 - 15552000000 THEN
        RAISE EXCEPTION 'the audit log is kept for 180 days';
    END IF;
    RETURN OLD;
END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: _sqlx_migrations; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);


--
-- Name: accesses; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.accesses (
    tenant text NOT NULL,
    identity bigint NOT NULL,
    connector text NOT NULL,
    sealed bytea NOT NULL,
    how text NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint,
    expires_at bigint,
    refused_at bigint
);


--
-- Name: account_links; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.account_links (
    hash bytea NOT NULL,
    source text NOT NULL,
    login text NOT NULL,
    purpose text NOT NULL,
    created_by bigint,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: affiliations; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.affiliations (
    identity bigint NOT NULL,
    source text NOT NULL,
    tenant text NOT NULL,
    kind text NOT NULL,
    function text,
    person_groups text NOT NULL,
    roles text NOT NULL,
    department text,
    telephone text
);


--
-- Name: audit; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.audit (
    id bigint NOT NULL,
    at bigint NOT NULL,
    tenant text,
    event text NOT NULL,
    actor bigint,
    about bigint,
    source text,
    facts text NOT NULL
);


--
-- Name: audit_id_seq; Type: SEQUENCE; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE fixture_0d86114.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fixture_0d86114.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: delegations; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.delegations (
    id bigint NOT NULL,
    tenant text NOT NULL,
    giver bigint NOT NULL,
    receiver bigint NOT NULL,
    connectors text,
    may_treat boolean NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    reason text NOT NULL,
    created_at bigint NOT NULL,
    accepted_at bigint,
    ended_at bigint,
    ended_by bigint,
    end_cause text
);


--
-- Name: delegations_id_seq; Type: SEQUENCE; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE fixture_0d86114.delegations ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fixture_0d86114.delegations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: directory_people; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.directory_people (
    source text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    identity bigint NOT NULL,
    precedence bigint NOT NULL,
    display_name text NOT NULL,
    given_name text,
    family_name text,
    login text,
    mail text,
    function text,
    department text,
    telephone text,
    person_groups text NOT NULL,
    search text NOT NULL,
    active boolean NOT NULL,
    fingerprint bytea NOT NULL,
    changed_at bigint NOT NULL,
    left_at bigint,
    gone_at bigint,
    closed_at bigint
);


--
-- Name: directory_runs; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.directory_runs (
    id bigint NOT NULL,
    source text NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint NOT NULL,
    outcome text NOT NULL,
    report text NOT NULL
);


--
-- Name: directory_runs_id_seq; Type: SEQUENCE; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE fixture_0d86114.directory_runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fixture_0d86114.directory_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: directory_sources; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.directory_sources (
    source text NOT NULL,
    cursor text,
    mapping bytea,
    applied_at bigint,
    read_at bigint,
    full_at bigint,
    holder text,
    held_until bigint DEFAULT 0 NOT NULL
);


--
-- Name: identities; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.identities (
    id bigint NOT NULL,
    display_name text NOT NULL,
    given_name text,
    family_name text,
    mail text,
    login text,
    created_at bigint NOT NULL
);


--
-- Name: identities_id_seq; Type: SEQUENCE; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE fixture_0d86114.identities ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fixture_0d86114.identities_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: links; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.links (
    source text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    identity bigint NOT NULL,
    owner text,
    disabled boolean DEFAULT false NOT NULL,
    created_at bigint NOT NULL,
    closed_by text,
    relies_on text,
    rule text
);


--
-- Name: local_accounts; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.local_accounts (
    source text NOT NULL,
    login text NOT NULL,
    subject text NOT NULL,
    identity bigint NOT NULL,
    password_hash text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    created_at bigint NOT NULL
);


--
-- Name: menus; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.menus (
    identity bigint NOT NULL,
    applications text NOT NULL,
    fetched_at bigint NOT NULL
);


--
-- Name: pending_accesses; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.pending_accesses (
    tenant text NOT NULL,
    identity bigint NOT NULL,
    connector text NOT NULL,
    session bytea NOT NULL,
    sealed bytea NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: proxy_grants; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.proxy_grants (
    source text NOT NULL,
    name bytea NOT NULL,
    sealed bytea NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: recovery_codes; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.recovery_codes (
    identity bigint NOT NULL,
    source text NOT NULL,
    hash bytea NOT NULL,
    used_at bigint
);


--
-- Name: scim_mails; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.scim_mails (
    source text NOT NULL,
    id text NOT NULL,
    mail text NOT NULL
);


--
-- Name: scim_members; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.scim_members (
    source text NOT NULL,
    holder text NOT NULL,
    member text NOT NULL,
    display text
);


--
-- Name: scim_resources; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.scim_resources (
    number bigint NOT NULL,
    source text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    modified_at bigint NOT NULL,
    external_id text,
    user_name text,
    label text NOT NULL,
    folded_label text NOT NULL,
    active boolean NOT NULL,
    content text NOT NULL
);


--
-- Name: scim_resources_number_seq; Type: SEQUENCE; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE fixture_0d86114.scim_resources ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fixture_0d86114.scim_resources_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: scim_tokens; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.scim_tokens (
    hash bytea NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint
);


--
-- Name: second_factor_failures; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.second_factor_failures (
    identity bigint NOT NULL,
    failures bigint NOT NULL,
    last_at bigint NOT NULL,
    not_before bigint NOT NULL
);


--
-- Name: second_factors; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.second_factors (
    id bigint NOT NULL,
    identity bigint NOT NULL,
    source text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    host text,
    credential bytea,
    sealed bytea NOT NULL,
    last_step bigint,
    created_at bigint NOT NULL,
    last_used_at bigint
);


--
-- Name: second_factors_id_seq; Type: SEQUENCE; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE fixture_0d86114.second_factors ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME fixture_0d86114.second_factors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: sessions; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.sessions (
    hash bytea NOT NULL,
    site text,
    identity bigint NOT NULL,
    source text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    acting text NOT NULL,
    provider_session text,
    tokens bytea,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    source_print text,
    renewing_until bigint,
    acr text
);


--
-- Name: used_once; Type: TABLE; Schema: fixture_0d86114; Owner: -
--

CREATE TABLE fixture_0d86114.used_once (
    key bytea NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Data for Name: _sqlx_migrations; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114._sqlx_migrations VALUES (1, 'init', '2026-11-26 13:56:24.677275+00', true, '\x56f8d6a1c4137303567fcbb29dd849e7d29cd8e9a0dfd297470d8c78d1373756d88a58a4132f33eed17e8b43b4b6afe3', 19842229);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (2, 'audit', '2026-11-26 13:56:24.697534+00', true, '\x552aa4357cbc0e0fce62e7caae8eb9bda2f04e7120af33198c7aab90d077858bcb57d6be1062d13f3c41bfd7830a6034', 7524276);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (3, 'directory', '2026-11-26 13:56:24.705207+00', true, '\x2ee73d5f9e0b9f5cf3e7a1d580be3ec2dff268ea5d849844ca3dde2c83acdba7bcce24cf201d8e94863c512fb08dd7ef', 8721442);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (4, 'scim', '2026-11-26 13:56:24.714077+00', true, '\xdf6bb8570c10804587f82a516b5902554dd1fcfccaae7b7c206fa3c6de5ad386cf745dfb61dcf1a2439e379925f96896', 12736286);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (5, 'accounts', '2026-11-26 13:56:24.726998+00', true, '\xd75bffd88eb074ac1adc1f31cf7dc045508ddc0a564bfd9b3b3a792b23b56b1d1771c3428e5fd0d7e09a4797a9eec193', 9637477);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (6, 'vault', '2026-11-26 13:56:24.736797+00', true, '\x79e21d10453956ddf5fa807245b7df80e87549162bffc662baa02e34b823c5b00f7b512a85fd3f2a782582246956cdc8', 7627651);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (7, 'delegations', '2026-11-26 13:56:24.744581+00', true, '\x4d208f9674e34b7d83d77d14fcf1735324412bf36befd5c77253bc4d89bfb6f228ad2bb6df90d5c559cf840133c99fe6', 2241691);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (8, 'counters', '2026-11-26 13:56:24.746895+00', true, '\x1770511d9e7f5e2dc84a2e3007e505fc251511edc456070eff956f5bc2071d39bbd3e04daa96f00b433e50665fb63dc2', 5472698);
INSERT INTO fixture_0d86114._sqlx_migrations VALUES (9, 'linking', '2026-11-26 13:56:24.752464+00', true, '\xa736d133c27e333b501966d76b6be34d5ecd0293f5b13e88847536be9aff38b28a5506ecda3f4200dd56a75b1a1f9c25', 1368150);


--
-- Data for Name: accesses; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 2, 'nuage', '\x018cdd73e68135fe51ad203315556469bab2fecd71681d7fb6fbb00a8df1cefd826abe0d2d37d755c7f7d230cbc5df5250ca9c8286e2467a9cc9195015125b58dbdc6221998ccf7a3cde622877c00607c1e51cc19780b855017af7a5cf7c', 'login_flow', 1773341127000, 1773341169000, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('beta', 6, 'nuage', '\x018cdd73e61bb09b8a922cf77ff90c3166f9f78bdf7790b9b793693c44690b7617d95a673e17f248ae80c2aad25a6453932943786e921b4c53f3374d7f0610009693d8d98a673d020e5704fad9bf3464ee91a8151c24adf731409d5c5d', 'pasted', 1773341118000, NULL, NULL, 1773341188000);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 7, 'nuage', '\x018cdd73e66c63c633abaf44ebbb22e8a7144a67e8cb1a5e3c4164fef82e3735e1908c4ad3aa004873158857fd14b7454c12235b7e4667078b62609b6ddebc8cad698c6a8be7454af91adec988515f3fba869d96ac8d2b0ef70e1c983cd050f2de', 'pasted', 1773341193000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 8, 'nuage', '\x018cdd73e6a925251f64c3bb97efb744a182cc42a91b7bd7795a7095ecd4585f78d9653fb6188dacef74277a0d8aceaf3f8abcff71e5227df5a47e68f6aa9c59f988968ef9e57dfb6fc028beb5d7badb4501148c54d011a9e9823960ee5e520a619170e8', 'pasted', 1773341224000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('beta', 8, 'nuage', '\x018cdd73e60151716654658c72ac55693bc2eb45af65861d27e4c2d283822cfd4289989543d458c8dcf96ec66706e3139a2310ab2b2ad44fc6da984b7e4dab6338971b192c195741db1060f2a4b94dbfdedc42f4458511f1ec02956201a4bee518f8e4', 'pasted', 1773341240000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 9, 'nuage', '\x018cdd73e6d3cd7325e0d79523db1f83825ce95f8adaa3dc28d47850268ffaaf74b8ba69f2fe5ff674b4318a5cf03802c7c85ef0c74e8cef08eb26eb9ff75f68f8f1637c4ae0db7fa0257170ed31ebb82569ed4b15de49290c7fc734d6eeb397', 'pasted', 1773341257000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 10, 'nuage', '\x018cdd73e6ae5526a5e17e23c0e84a4daef5ed197130c87cc92711bc26778f405fea75bbdb110a1af5d8a28085914d93305ce3aae43179836601f2539e9a0c875febd63222af90f807aeb20d38be59c2a284afe179bf422816b357bca8', 'pasted', 1773341347000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 11, 'nuage', '\x018cdd73e619236b4bd17906a0d4e039067ae6236e73bcbfd41db722a4d95041f91606dd7176cac1f7e54415229a267f7a68911087e3fb9c648aa08c8e0d07c81659796273ac839214b8a3415de6eb9b61f20a1f4f3cab92178bd8c6', 'pasted', 1773341460000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 12, 'nuage', '\x018cdd73e6dfca765e4ee77445b4b1a26b66e506db23652d9c8cbd7650692a3e31128e3b52dec36de7101e1d207d6751e00391743224c654ac48fbd6817abdf1463828809050418333263c625a38b5418abb8e2a10600971081d41ea5e', 'pasted', 1773341472000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 13, 'nuage', '\x018cdd73e6fece5df7a1267141ece241685edcf43c396e3584bbf9e6a78b6b1b40ebeccc963207a598f1303240a71f2c3e274ef0f6355ca403604638e1a8739d59df0861a0c5aae97cc389b00e498df583ce7107f86e8fc4c62f9eafa01df6b4', 'pasted', 1773341574000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 14, 'nuage', '\x018cdd73e6a01fa8e4c0daec1d2a6e77d8646b6b7341fa6e121bf932079733a8dd497cff78c1c9e4a6d79600bbdd0870ea43e09c1c0df23b80989ce42ee3b92e84d37d1ba6a4024dedfb6d6c1fb216fcbfeb56f1adbbb866aefca3', 'pasted', 1773341581000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 18, 'nuage', '\x018cdd73e6d1e9052c05ebf6e7cc01cfaa1ac616870c274468e72fe8689c1fc880e588469eef6a3addb61d7341168a2d6fd3431adbef18907f40a7a4ec5cd50d1e4afdf3fbeb1b8666d22c37d65bc235b370139b6cf14488805d53d1837a', 'login_flow', 1773341635000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 16, 'nuage', '\x018cdd73e69e7c558acda340a2eaa6b0369b6d7e9207070116eb0f0b4a683ff23f25993bba3ef701a8bc5632151ec9d93653c8cee4424de575316ae5be8b3e656ec3d332c6da07fe17fd6b65547a2822a6e58a4d30fde51118c73884f7', 'pasted', 1773341652000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 23, 'nuage', '\x018cdd73e6d5c5ffdfce8379f0af0baf260b4f49d19972c234d9ee014416e1c8941019d76a60b4f333b9fa0e753cca447d89a56742a86e6962a8571b4da2bdf62d87dd0ab8509db5489062a14ee88e28a2bdd5499aa425715e69cb219a31a18167806e39fe44', 'pasted', 1773341680000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 19, 'nuage', '\x018cdd73e6180fe08731fc0843894f03f50102da9cb87018c94f48ac045932a0decc3717ba06be467158f428c4d2cfecbf489cd31d0f2ffc90e80ac3cd9b529187f87f5d65846d21fe210b6ff1c2419712d1f2a8eb40e40adfccc6b0cd47aa', 'pasted', 1773341687000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 24, 'nuage', '\x018cdd73e6f8bb00abff752b7db4966158473e6b14a7c5bbf8959650aa58044964461b9eee327308fb8e1d72cb527a64e463d242247446854733b1ccdcb97724a565f5ed161ea643029eaa0fdc28f181f6b08feeeb51fbb3d337f6', 'pasted', 1773341758000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 26, 'nuage', '\x018cdd73e617117cd90c99019211fd9d4ca4b129a05e16c6653859d1e41b295f92f466cc69d5b542012efacc035add425ca9da2223fcde038d471122f9ca3df05a896aab8e1a7a80c6f10a25f43b65c9e36e8414346053556314cbc48632', 'pasted', 1773341876000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 27, 'nuage', '\x018cdd73e6a52fc78dddc4c1b7ef417865c940375bf0c6c40920e7d83a818ee5e675f4e11ff718f6a4e5d312a66ed4406e8c106e6db0137c9e95e6a51332c2203f63f6fac69996a3218714dc7c642e30cfa0a9417ff8e981ec534d2ce031dbe82c4e', 'pasted', 1773341952000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 28, 'nuage', '\x018cdd73e60b21cc92169a15f56afc0cffb5d3d85d4ca0cf4e1f4d6b15441daaf652d88ab905be294cb71b02b56da1d9320f5ad7209b2aa3ed0baab106eef30797d17cc3e8f07938ac7f9ba6fca3f6fd1fa7d37e97e05c95888664b50b947857', 'pasted', 1773341959000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 29, 'nuage', '\x018cdd73e6dc753c487a6327b68ddc58ac7127d1b037a98246fc52039df9162052d73a7a08991f2ce90cc92e8a49f13674f493bf5253f3de3ffc223b5071d4033af6c738138caf6b1ecb664e5f7ae60f42a01e15d22391b2b7786167', 'pasted', 1773342029000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 31, 'nuage', '\x018cdd73e6fd96cff960cbb9c266ff8d817ae4a37adf2dd5bfe013ae148952f03ff1805268d9ff5f26451bb3165cfab24b92688903144c95be0eec49011c7e0fbe6e3a4b059d89255c6a3155246cc58faa9629a111a6358f5812b5130987', 'pasted', 1773342042000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 35, 'nuage', '\x018cdd73e67e1f3ca692faed9200607d07c632ff3efc95c3728ae25b392a9812b202870b357a9337a9664b898f1aba7f581b824688467681a66dde8f8f5da1c1266f35807a3a815bfd83e13d85b4dfb821a28b43d0943e095246412480dc', 'pasted', 1773342145000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 36, 'nuage', '\x018cdd73e671595d7ef8d33f23162fdfb46e3806d62903c71096e8769a09eaf7cafa78dd08878ffd13f4878b69d95ef18a06a0af9b915e09172b62d31cadbdd4be4d5614fd5902421b377b0375f0c8a48c08ccc4869b3b9217b6f11f2b', 'pasted', 1773342161000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('alpha', 1, 'nuage', '\x018cdd73e6e0c4ce3e75e509e6eea9316b7f1ead604842ec5cd23fbc584f7bf05e4add8913975f6da2aff984548adf6ba94149018a5cbb7f0678a18a5149d1bcab34831a9ece937078c82f3a42dd99eb823a261e3e63dcab950bd969ea92', 'pasted', 1773342176000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.accesses VALUES ('beta', 1, 'nuage', '\x018cdd73e68eb223f4f9fe2c2a3140b9de039bdae62505fd434c90dc3b58ab14c91e82d85c6b9ac2105879bd92c6e69a5560aa4fea315e5004c35b94307c88b437e4d90ac026b0e14088519574643cc80b137f7e8a63524caac264f9d27457', 'login_flow', 1773342182000, NULL, NULL, NULL);


--
-- Data for Name: account_links; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.account_links VALUES ('\x2c17fc0b3294b108f743e64e992546a5acb07cec646c57773250530a088ad284', 'locale', 'lsimon', 'reset', 3, 1773341803000, 1773601003000);
INSERT INTO fixture_0d86114.account_links VALUES ('\x9201507105c984be1e837f3e178dc0d57d55db983b13ab109037b518ce1badfe', 'locale', 'imoulin', 'invitation', 3, 1773341805000, 1773601005000);


--
-- Data for Name: affiliations; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.affiliations VALUES (1, 'locale', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (1, 'locale', 'beta', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (3, 'alpha-sso', 'alpha', 'agent', NULL, '["administrateurs"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (4, 'sso', 'alpha', 'agent', NULL, '["opsn"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (4, 'sso', 'beta', 'agent', NULL, '["opsn"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (5, 'alpha-sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (6, 'beta-sso', 'beta', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (2, 'sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (2, 'sso', 'beta', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (7, 'sso', 'alpha', 'agent', NULL, '["finances"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (7, 'sso', 'beta', 'agent', NULL, '["finances"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (7, 'alpha-sso', 'alpha', 'agent', NULL, '["marches"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (8, 'sso', 'alpha', 'agent', NULL, '["finances"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (8, 'sso', 'beta', 'agent', NULL, '["finances"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (9, 'sso', 'alpha', 'agent', NULL, '["urbanisme"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (10, 'sso', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (11, 'sso', 'alpha', 'agent', NULL, '["finances"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (12, 'sso', 'alpha', 'agent', NULL, '["finances"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (13, 'alpha-locale', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (13, 'sso', 'alpha', 'agent', NULL, '["opsn"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (17, 'annuaire', 'alpha', 'agent', 'Agente d’accueil', '["agents"]', '[]', 'Accueil', '01 99 00 00 00');
INSERT INTO fixture_0d86114.affiliations VALUES (18, 'annuaire', 'alpha', 'agent', 'Agente d’accueil', '["agents"]', '[]', 'Accueil', '01 99 00 00 00');
INSERT INTO fixture_0d86114.affiliations VALUES (18, 'alpha-portail', 'alpha', 'agent', NULL, '["portail"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (16, 'annuaire', 'alpha', 'agent', NULL, '["agents","finances"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (19, 'alpha-rh', 'alpha', 'agent', 'Agente', '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (20, 'alpha-rh', 'alpha', 'agent', 'Agente', '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (22, 'beta-rh', 'beta', 'agent', 'Agente', '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (19, 'alpha-sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (24, 'locale', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (25, 'locale', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (26, 'alpha-locale', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (26, 'sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (26, 'sso', 'beta', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (28, 'sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (29, 'alpha-locale', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (31, 'alpha-sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (33, 'locale', 'alpha', 'agent', NULL, '[]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (34, 'locale', 'alpha', 'agent', NULL, '[]', '["operator"]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (35, 'sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (36, 'sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (36, 'alpha-sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);
INSERT INTO fixture_0d86114.affiliations VALUES (37, 'sso', 'alpha', 'agent', NULL, '["agents"]', '[]', NULL, NULL);


--
-- Data for Name: audit; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (1, 1773304200000, NULL, 'linked', NULL, 2, 'sso', '{"rule":"first","subject":"5210cb9e572b9048"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (2, 1773304200000, 'alpha', 'signed_in', 2, NULL, 'sso', '{"subject":"5210cb9e572b9048"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (3, 1773336603000, 'alpha', 'signed_in', 2, NULL, 'sso', '{"subject":"5210cb9e572b9048"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (4, 1773341106000, 'alpha', 'linked', NULL, 3, 'alpha-sso', '{"rule":"first","subject":"07be74ac9362e3e6"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (5, 1773341106000, 'alpha', 'signed_in', 3, NULL, 'alpha-sso', '{"subject":"07be74ac9362e3e6"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (6, 1773341109000, NULL, 'linked', NULL, 4, 'sso', '{"rule":"first","subject":"4d5d7cbd32283658"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (7, 1773341109000, 'alpha', 'signed_in', 4, NULL, 'sso', '{"subject":"4d5d7cbd32283658"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (8, 1773341112000, 'alpha', 'linked', NULL, 5, 'alpha-sso', '{"rule":"first","subject":"6f1e2361a05c0ab8"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (9, 1773341112000, 'alpha', 'signed_in', 5, NULL, 'alpha-sso', '{"subject":"6f1e2361a05c0ab8"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (10, 1773341115000, 'beta', 'linked', NULL, 6, 'beta-sso', '{"rule":"first","subject":"30790b73d250a901"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (11, 1773341115000, 'beta', 'signed_in', 6, NULL, 'beta-sso', '{"subject":"30790b73d250a901"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (12, 1773341118000, 'beta', 'access_connected', 6, NULL, 'beta-sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (13, 1773341120000, 'alpha', 'signed_in', 2, NULL, 'sso', '{"subject":"5210cb9e572b9048"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (14, 1773341127000, 'alpha', 'access_connected', 2, NULL, 'sso', '{"connector":"nuage","how":"login_flow"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (15, 1773341169000, 'beta', 'signed_in', 2, NULL, 'sso', '{"subject":"5210cb9e572b9048"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (16, 1773341174000, 'alpha', 'signed_in', 2, NULL, 'sso', '{"subject":"5210cb9e572b9048"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (17, 1773341174000, 'beta', 'acting_changed', 2, NULL, 'sso', '{"from":"alpha"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (18, 1773341176000, 'alpha', 'delegation_given', 2, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (19, 1773341178000, 'alpha', 'delegation_accepted', 5, 2, NULL, '{"delegation":"1"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (20, 1773341180000, 'alpha', 'delegation_given', 5, 2, NULL, '{"may_treat":"false","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (21, 1773341182000, 'alpha', 'delegation_accepted', 2, 5, NULL, '{"delegation":"2"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (22, 1773341184000, 'alpha', 'delegation_given', 2, 5, NULL, '{"may_treat":"false","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (23, 1773341186000, 'alpha', 'delegation_ended', 2, 5, NULL, '{"cause":"giver","delegation":"3"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (24, 1773341186000, 'beta', 'delegation_given', 2, 6, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (25, 1773341188000, NULL, 'linked', NULL, 7, 'sso', '{"rule":"first","subject":"80f550812b6502e5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (26, 1773341188000, 'alpha', 'signed_in', 7, NULL, 'sso', '{"subject":"80f550812b6502e5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (27, 1773341193000, 'alpha', 'access_connected', 7, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (28, 1773341197000, 'alpha', 'linked', 7, 7, 'alpha-sso', '{"rule":"proof","subject":"0027014049fcd7fa"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (29, 1773341199000, 'beta', 'signed_in', 7, NULL, 'sso', '{"subject":"80f550812b6502e5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (30, 1773341204000, 'alpha', 'signed_in', 7, NULL, 'alpha-sso', '{"subject":"0027014049fcd7fa"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (31, 1773341209000, 'alpha', 'delegation_given', 7, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (32, 1773341211000, 'alpha', 'delegation_accepted', 5, 7, NULL, '{"delegation":"5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (33, 1773341213000, 'alpha', 'delegation_given', 5, 7, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (34, 1773341215000, 'alpha', 'delegation_accepted', 7, 5, NULL, '{"delegation":"6"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (35, 1773341217000, 'alpha', 'delegation_given', 7, 2, NULL, '{"may_treat":"false","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (36, 1773341219000, NULL, 'linked', NULL, 8, 'sso', '{"rule":"first","subject":"cf093bb8b928b0cd"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (37, 1773341219000, 'alpha', 'signed_in', 8, NULL, 'sso', '{"subject":"cf093bb8b928b0cd"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (38, 1773341224000, 'alpha', 'access_connected', 8, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (39, 1773341228000, 'alpha', 'linked', 8, 8, 'sso', '{"rule":"proof","subject":"9b9b97e05d46f4fc"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (40, 1773341230000, 'alpha', 'delegation_given', 8, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (41, 1773341232000, 'alpha', 'delegation_accepted', 5, 8, NULL, '{"delegation":"8"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (42, 1773341234000, 'alpha', 'signed_in', 8, NULL, 'sso', '{"subject":"9b9b97e05d46f4fc"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (43, 1773341237000, 'beta', 'signed_in', 8, NULL, 'sso', '{"subject":"9b9b97e05d46f4fc"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (44, 1773341240000, 'beta', 'access_connected', 8, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (45, 1773341244000, 'alpha', 'delegation_given', 8, 2, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (46, 1773341246000, 'alpha', 'delegation_given', 7, 8, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (47, 1773341248000, 'alpha', 'delegation_accepted', 8, 7, NULL, '{"delegation":"10"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (48, 1773341250000, 'alpha', 'delegation_given', 5, 8, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (49, 1773341252000, 'alpha', 'delegation_accepted', 8, 5, NULL, '{"delegation":"11"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (50, 1773341254000, NULL, 'linked', NULL, 9, 'sso', '{"rule":"first","subject":"0ef54666d0c79e09"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (51, 1773341254000, 'alpha', 'signed_in', 9, NULL, 'sso', '{"subject":"0ef54666d0c79e09"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (52, 1773341257000, 'alpha', 'access_connected', 9, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (53, 1773341261000, 'alpha', 'linked', 9, 9, 'sso', '{"rule":"proof","subject":"4e67b661d95f74d7"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (54, 1773341263000, 'alpha', 'signed_in', 9, NULL, 'sso', '{"subject":"4e67b661d95f74d7"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (55, 1773341268000, 'alpha', 'delegation_given', 9, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (56, 1773341270000, 'alpha', 'delegation_accepted', 5, 9, NULL, '{"delegation":"12"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (57, 1773341272000, 'beta', 'signed_in', 9, NULL, 'sso', '{"subject":"4e67b661d95f74d7"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (58, 1773341337000, 'alpha', 'signed_in', 9, NULL, 'sso', '{"subject":"0ef54666d0c79e09"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (59, 1773341340000, 'alpha', 'delegation_given', 5, 9, NULL, '{"may_treat":"false","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (60, 1773341342000, 'alpha', 'delegation_accepted', 9, 5, NULL, '{"delegation":"13"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (61, 1773341344000, NULL, 'linked', NULL, 10, 'sso', '{"rule":"first","subject":"be48937df59312d3"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (62, 1773341344000, 'alpha', 'signed_in', 10, NULL, 'sso', '{"subject":"be48937df59312d3"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (63, 1773341347000, 'alpha', 'access_connected', 10, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (64, 1773341351000, 'alpha', 'linked', 10, 10, 'sso', '{"rule":"proof","subject":"011f8dea58adbe56"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (65, 1773341353000, 'alpha', 'signed_out', 10, NULL, 'sso', '{}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (66, 1773341353000, 'alpha', 'signed_in', 10, NULL, 'sso', '{"subject":"011f8dea58adbe56"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (67, 1773341356000, 'alpha', 'signed_out', 10, NULL, 'sso', '{}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (68, 1773341356000, 'alpha', 'signed_in', 10, NULL, 'sso', '{"subject":"be48937df59312d3"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (70, 1773341361000, NULL, 'linked', NULL, 11, 'sso', '{"rule":"first","subject":"1400b829cf6c1e52"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (74, 1773341462000, NULL, 'linked', NULL, 12, 'sso', '{"rule":"first","subject":"e4e70fe5509dd39e"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (91, 1773341591000, 'alpha', 'signed_in', 13, NULL, 'sso', '{"subject":"d95e9d458f7d828f"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (92, 1773341594000, 'alpha', 'signed_in', 13, NULL, 'sso', '{"subject":"21dc5899e2f25c05"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (93, 1773341628000, 'alpha', 'sync_applied', NULL, NULL, 'annuaire', '{"new":"4"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (94, 1773341630000, 'alpha', 'linked', NULL, 18, 'alpha-portail', '{"rule":"directory","subject":"2f9041e0e1f51a00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (104, 1773341652000, 'alpha', 'access_connected', 16, NULL, 'annuaire', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (107, 1773341657000, 'alpha', 'access_connected', 15, NULL, 'alpha-portail', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (108, 1773341659000, 'alpha', 'delegation_given', 15, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (109, 1773341661000, 'alpha', 'delegation_accepted', 5, 15, NULL, '{"delegation":"18"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (113, 1773341663000, 'alpha', 'delegation_ended', NULL, 15, NULL, '{"cause":"departure","delegation":"18","receiver":"5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (117, 1773341669000, 'alpha', 'scim_changed', NULL, NULL, 'alpha-rh', '{"change":"created","id":"073340b0-4a96-4c8a-b04f-8cf875d5c062","kind":"User"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (123, 1773341677000, 'alpha', 'signed_in', 23, NULL, 'alpha-sso', '{"subject":"6cc0dabadfb9d0f5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (128, 1773341689000, 'alpha', 'delegation_given', 19, 5, NULL, '{"may_treat":"false","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (135, 1773341758000, 'alpha', 'access_connected', 24, NULL, 'locale', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (140, 1773341799000, 'alpha', 'signed_in', 24, NULL, 'locale', '{"subject":"28832df740e5c749"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (142, 1773341803000, 'alpha', 'account_changed', 3, 24, 'locale', '{"change":"reset-link"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (144, 1773341807000, 'alpha', 'account_invited', 3, NULL, 'alpha-locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (149, 1773341874000, 'alpha', 'linked', 26, 26, 'sso', '{"rule":"proof","subject":"aaee967276b2ac79"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (151, 1773341878000, 'alpha', 'signed_in', 26, NULL, 'sso', '{"subject":"aaee967276b2ac79"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (154, 1773341887000, 'alpha', 'account_invited', 3, NULL, 'locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (156, 1773341889000, 'alpha', 'signed_in', 27, NULL, 'locale', '{"subject":"3e868e5523414c38"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (158, 1773341891000, 'alpha', 'second_factor_changed', 27, 27, 'locale', '{"change":"renewed","factor":"recovery-codes"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (159, 1773341952000, 'alpha', 'access_connected', 27, NULL, 'locale', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (161, 1773341956000, NULL, 'linked', NULL, 28, 'sso', '{"rule":"first","subject":"1ebee0189e1b5d2c"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (169, 1773342029000, 'alpha', 'access_connected', 29, NULL, 'alpha-locale', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (170, 1773342031000, 'alpha', 'account_invited', 3, NULL, 'alpha-locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (175, 1773342039000, 'alpha', 'linked', NULL, 31, 'alpha-sso', '{"rule":"first","subject":"209055e4ee606d10"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (179, 1773342044000, 'alpha', 'signed_in', 32, NULL, 'alpha-sso', '{"subject":"c371dc65c13c6f0a"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (181, 1773342049000, 'alpha', 'signed_in', 31, NULL, 'alpha-sso', '{"subject":"c371dc65c13c6f0a"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (185, 1773342058000, 'alpha', 'account_changed', 33, NULL, 'locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (187, 1773342060000, 'alpha', 'access_connected', 33, NULL, 'locale', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (192, 1773342064000, NULL, 'sessions_ended', NULL, 33, 'locale', '{"cause":"departure","count":"1"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (198, 1773342070000, 'alpha', 'signed_in', 34, NULL, 'locale', '{"subject":"6cdbba4682b69a96"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (202, 1773342138000, 'alpha', 'link_disabled', 4, 35, 'sso', '{}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (205, 1773342147000, 'alpha', 'delegation_given', 35, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (211, 1773342161000, 'alpha', 'access_connected', 36, NULL, 'alpha-sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (212, 1773342163000, 'alpha', 'link_disabled', 3, 36, 'alpha-sso', '{}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (215, 1773342170000, 'alpha', 'access_connected', 37, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (217, 1773342172000, 'alpha', 'access_revoked', NULL, 37, 'sso', '{"cause":"departure","connector":"nuage"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (220, 1773342178000, 'beta', 'signed_in', 1, NULL, 'locale', '{"subject":"984201323d4309a6"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (221, 1773342182000, 'beta', 'access_connected', 1, NULL, 'locale', '{"connector":"nuage","how":"login_flow"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (69, 1773341359000, 'alpha', 'signed_out', 10, NULL, 'sso', '{}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (71, 1773341361000, 'alpha', 'signed_in', 11, NULL, 'sso', '{"subject":"1400b829cf6c1e52"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (72, 1773341366000, 'alpha', 'linked', 11, 11, 'sso', '{"rule":"proof","subject":"e8c73a955fd7e402"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (73, 1773341460000, 'alpha', 'access_connected', 11, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (78, 1773341472000, 'alpha', 'access_connected', 12, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (80, 1773341568000, 'alpha', 'account_changed', 13, NULL, 'alpha-locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (84, 1773341576000, NULL, 'linked', NULL, 14, 'sso', '{"rule":"first","subject":"d95e9d458f7d828f"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (89, 1773341585000, 'alpha', 'signed_in', 13, NULL, 'alpha-locale', '{"subject":"9460c81a239c8c19"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (95, 1773341630000, 'alpha', 'signed_in', 18, NULL, 'alpha-portail', '{"subject":"2f9041e0e1f51a00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (96, 1773341635000, 'alpha', 'access_connected', 18, NULL, 'alpha-portail', '{"connector":"nuage","how":"login_flow"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (100, 1773341643000, 'alpha', 'delegation_accepted', 18, 5, NULL, '{"delegation":"15"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (102, 1773341647000, 'alpha', 'delegation_given', 18, 17, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (110, 1773341663000, 'alpha', 'sync_applied', NULL, NULL, 'annuaire', '{"departed":"1"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (119, 1773341673000, 'beta', 'scim_changed', NULL, NULL, 'beta-rh', '{"change":"created","id":"7c3daa03-cf17-484b-acc4-cc8f344d7a23","kind":"User"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (120, 1773341675000, 'alpha', 'departed', NULL, 21, 'alpha-rh', '{"why":"absent"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (124, 1773341680000, 'alpha', 'access_connected', 23, NULL, 'alpha-sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (125, 1773341682000, 'alpha', 'linked', 3, 19, 'alpha-sso', '{"from":"23","rule":"administrator","subject":"6cc0dabadfb9d0f5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (126, 1773341684000, 'alpha', 'signed_in', 19, NULL, 'alpha-sso', '{"subject":"6cc0dabadfb9d0f5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (133, 1773341697000, 'alpha', 'second_factor_changed', 24, 24, 'locale', '{"change":"added","factor":"totp"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (150, 1773341876000, 'alpha', 'access_connected', 26, NULL, 'alpha-locale', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (160, 1773341954000, 'alpha', 'delegation_given', 27, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (166, 1773342025000, 'alpha', 'account_invited', 3, NULL, 'alpha-locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (171, 1773342033000, 'alpha', 'account_changed', 30, NULL, 'alpha-locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (172, 1773342033000, 'alpha', 'signed_in', 30, NULL, 'alpha-locale', '{"subject":"d9eaa47d3f363505"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (173, 1773342035000, 'alpha', 'linked', 3, 29, 'alpha-locale', '{"from":"30","rule":"administrator","subject":"d9eaa47d3f363505"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (182, 1773342052000, 'alpha', 'delegation_given', 31, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (186, 1773342058000, 'alpha', 'signed_in', 33, NULL, 'locale', '{"subject":"3256e568b7fc0465"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (191, 1773342064000, 'alpha', 'delegation_ended', NULL, 33, NULL, '{"cause":"departure","delegation":"24","receiver":"5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (194, 1773342068000, 'alpha', 'account_changed', 34, NULL, 'locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (197, 1773342070000, NULL, 'emergency_account_used', 34, NULL, 'locale', '{"factor":"totp"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (200, 1773342131000, 'alpha', 'signed_in', 35, NULL, 'sso', '{"subject":"bedc279d678a442f"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (201, 1773342136000, 'alpha', 'linked', 35, 35, 'sso', '{"rule":"proof","subject":"06c472bece5da33a"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (206, 1773342149000, 'alpha', 'delegation_accepted', 5, 35, NULL, '{"delegation":"25"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (214, 1773342165000, 'alpha', 'signed_in', 37, NULL, 'sso', '{"subject":"87fd8bc55804a2b3"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (219, 1773342176000, 'alpha', 'access_connected', 1, NULL, 'locale', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (75, 1773341462000, 'alpha', 'signed_in', 12, NULL, 'sso', '{"subject":"e4e70fe5509dd39e"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (76, 1773341467000, 'alpha', 'linked', 12, 12, 'sso', '{"rule":"proof","subject":"d3eb8c29975d40bd"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (77, 1773341469000, 'alpha', 'signed_in', 12, NULL, 'sso', '{"subject":"d3eb8c29975d40bd"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (82, 1773341572000, 'alpha', 'linked', 13, 13, 'sso', '{"rule":"proof","subject":"21dc5899e2f25c05"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (83, 1773341574000, 'alpha', 'access_connected', 13, NULL, 'alpha-locale', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (85, 1773341576000, 'alpha', 'signed_in', 14, NULL, 'sso', '{"subject":"d95e9d458f7d828f"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (88, 1773341585000, 'alpha', 'account_changed', 13, NULL, 'alpha-locale', '{"change":"reset"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (90, 1773341589000, 'alpha', 'linked', 13, 13, 'sso', '{"from":"14","rule":"proof","subject":"d95e9d458f7d828f"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (97, 1773341637000, 'alpha', 'delegation_given', 18, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (103, 1773341649000, 'alpha', 'signed_in', 16, NULL, 'annuaire', '{"subject":"2c4bc17a8b521af5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (106, 1773341654000, 'alpha', 'signed_in', 15, NULL, 'alpha-portail', '{"subject":"073f2bee5c34cb87"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (111, 1773341663000, 'alpha', 'departed', NULL, 15, 'annuaire', '{"why":"absent"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (112, 1773341663000, 'alpha', 'access_revoked', NULL, 15, 'annuaire', '{"cause":"departure","connector":"nuage"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (115, 1773341665000, 'alpha', 'scim_changed', NULL, NULL, 'alpha-rh', '{"change":"created","id":"d3dd9a07-afbc-4017-a9e8-01df5811f4e9","kind":"User"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (121, 1773341675000, 'alpha', 'scim_changed', NULL, NULL, 'alpha-rh', '{"change":"deleted","id":"073340b0-4a96-4c8a-b04f-8cf875d5c062","kind":"User"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (122, 1773341677000, 'alpha', 'linked', NULL, 23, 'alpha-sso', '{"rule":"first","subject":"6cc0dabadfb9d0f5"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (127, 1773341687000, 'alpha', 'access_connected', 19, NULL, 'alpha-sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (129, 1773341691000, 'alpha', 'delegation_accepted', 5, 19, NULL, '{"delegation":"19"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (131, 1773341695000, 'alpha', 'account_changed', 24, NULL, 'locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (132, 1773341695000, 'alpha', 'signed_in', 24, NULL, 'locale', '{"subject":"28832df740e5c749"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (134, 1773341697000, 'alpha', 'second_factor_changed', 24, 24, 'locale', '{"change":"renewed","factor":"recovery-codes"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (141, 1773341803000, 'alpha', 'sign_in_refused', NULL, 24, 'locale', '{"why":"second-factor"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (147, 1773341811000, 'alpha', 'second_factor_changed', 26, 26, 'alpha-locale', '{"change":"added","factor":"totp"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (148, 1773341811000, 'alpha', 'second_factor_changed', 26, 26, 'alpha-locale', '{"change":"renewed","factor":"recovery-codes"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (155, 1773341889000, 'alpha', 'account_changed', 27, NULL, 'locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (157, 1773341891000, 'alpha', 'second_factor_changed', 27, 27, 'locale', '{"change":"added","factor":"totp"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (163, 1773341959000, 'alpha', 'access_connected', 28, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (165, 1773342023000, 'alpha', 'sign_in_refused', NULL, NULL, 'locale', '{"subject":"3e868e5523414c38","why":"no_tie"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (167, 1773342027000, 'alpha', 'account_changed', 29, NULL, 'alpha-locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (168, 1773342027000, 'alpha', 'signed_in', 29, NULL, 'alpha-locale', '{"subject":"2ce068e47fb55bd6"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (174, 1773342037000, 'alpha', 'signed_in', 29, NULL, 'alpha-locale', '{"subject":"d9eaa47d3f363505"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (177, 1773342042000, 'alpha', 'access_connected', 31, NULL, 'alpha-sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (178, 1773342044000, 'alpha', 'linked', NULL, 32, 'alpha-sso', '{"rule":"first","subject":"c371dc65c13c6f0a"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (180, 1773342047000, 'alpha', 'linked', 3, 31, 'alpha-sso', '{"from":"32","rule":"administrator","subject":"c371dc65c13c6f0a"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (183, 1773342054000, 'alpha', 'delegation_accepted', 5, 31, NULL, '{"delegation":"23"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (189, 1773342064000, 'alpha', 'account_changed', 3, 33, 'locale', '{"change":"disabled"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (196, 1773342070000, 'alpha', 'second_factor_changed', 34, 34, 'locale', '{"change":"renewed","factor":"recovery-codes"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (208, 1773342151000, 'alpha', 'signed_in', 36, NULL, 'sso', '{"subject":"1a9901aeb42bbd17"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (209, 1773342156000, 'alpha', 'linked', 36, 36, 'alpha-sso', '{"rule":"proof","subject":"63aaaad855a61ff2"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (79, 1773341566000, 'alpha', 'account_invited', 3, NULL, 'alpha-locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (81, 1773341568000, 'alpha', 'signed_in', 13, NULL, 'alpha-locale', '{"subject":"9460c81a239c8c19"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (86, 1773341581000, 'alpha', 'access_connected', 14, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (87, 1773341583000, 'alpha', 'account_changed', 14, 13, 'alpha-locale', '{"change":"reset-link"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (98, 1773341639000, 'alpha', 'delegation_accepted', 5, 18, NULL, '{"delegation":"14"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (99, 1773341641000, 'alpha', 'delegation_given', 5, 18, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (101, 1773341645000, 'alpha', 'delegation_given', 5, 17, NULL, '{"may_treat":"false","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (105, 1773341654000, 'alpha', 'linked', NULL, 15, 'alpha-portail', '{"rule":"directory","subject":"073f2bee5c34cb87"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (114, 1773341663000, NULL, 'sessions_ended', NULL, 15, 'annuaire', '{"cause":"departure","count":"1"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (116, 1773341667000, 'alpha', 'scim_changed', NULL, NULL, 'alpha-rh', '{"change":"created","id":"3351ac7f-2fba-419d-aebc-a7df1d4c931e","kind":"User"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (118, 1773341671000, 'alpha', 'scim_changed', NULL, NULL, 'alpha-rh', '{"change":"created","id":"ba4e39a6-6c0a-4b0b-a17b-39f4e48dba54","kind":"Group"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (130, 1773341693000, 'alpha', 'account_invited', 3, NULL, 'locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (136, 1773341760000, 'alpha', 'delegation_given', 24, 5, NULL, '{"may_treat":"false","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (137, 1773341764000, 'alpha', 'sign_in_refused', NULL, 24, 'locale', '{"why":"second-factor"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (138, 1773341795000, 'alpha', 'signed_in', 24, NULL, 'locale', '{"subject":"28832df740e5c749"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (139, 1773341799000, 'alpha', 'recovery_code_used', 24, NULL, 'locale', '{"left":"9"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (143, 1773341805000, 'alpha', 'account_invited', 3, NULL, 'locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (145, 1773341809000, 'alpha', 'account_changed', 26, NULL, 'alpha-locale', '{"change":"opened"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (146, 1773341809000, 'alpha', 'signed_in', 26, NULL, 'alpha-locale', '{"subject":"8108c80b5420d3d8"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (152, 1773341883000, 'alpha', 'delegation_given', 26, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (153, 1773341885000, 'alpha', 'delegation_accepted', 5, 26, NULL, '{"delegation":"21"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (162, 1773341956000, 'alpha', 'signed_in', 28, NULL, 'sso', '{"subject":"1ebee0189e1b5d2c"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (164, 1773341961000, NULL, 'linked', 4, 28, 'locale', '{"from":"27","rule":"administrator","subject":"3e868e5523414c38"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (176, 1773342039000, 'alpha', 'signed_in', 31, NULL, 'alpha-sso', '{"subject":"209055e4ee606d10"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (184, 1773342056000, 'alpha', 'account_invited', 3, NULL, 'locale', '{"administrator":"false"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (188, 1773342062000, 'alpha', 'delegation_given', 33, 5, NULL, '{"may_treat":"true","until":"2026-03-26T23:00:00+00:00"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (190, 1773342064000, 'alpha', 'access_revoked', NULL, 33, 'locale', '{"cause":"departure","connector":"nuage"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (193, 1773342066000, NULL, 'account_invited', NULL, 34, 'locale', '{"by":"command line","change":"invited"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (195, 1773342070000, 'alpha', 'second_factor_changed', 34, 34, 'locale', '{"change":"added","factor":"totp"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (199, 1773342131000, NULL, 'linked', NULL, 35, 'sso', '{"rule":"first","subject":"bedc279d678a442f"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (203, 1773342140000, 'alpha', 'signed_in', 35, NULL, 'sso', '{"subject":"06c472bece5da33a"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (204, 1773342145000, 'alpha', 'access_connected', 35, NULL, 'sso', '{"connector":"nuage","how":"pasted"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (207, 1773342151000, NULL, 'linked', NULL, 36, 'sso', '{"rule":"first","subject":"1a9901aeb42bbd17"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (210, 1773342158000, 'alpha', 'signed_in', 36, NULL, 'alpha-sso', '{"subject":"63aaaad855a61ff2"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (213, 1773342165000, NULL, 'linked', NULL, 37, 'sso', '{"rule":"first","subject":"87fd8bc55804a2b3"}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (216, 1773342172000, 'alpha', 'link_disabled', 4, 37, 'sso', '{}');
INSERT INTO fixture_0d86114.audit OVERRIDING SYSTEM VALUE VALUES (218, 1773342174000, 'alpha', 'signed_in', 1, NULL, 'locale', '{"subject":"984201323d4309a6"}');


--
-- Data for Name: delegations; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (1, 'alpha', 2, 5, NULL, true, 1773270000000, 1774566000000, 'Camille vers Paul', 1773341176000, 1773341178000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (2, 'alpha', 5, 2, '["parapheur"]', false, 1773270000000, 1774566000000, 'Paul vers Camille', 1773341180000, 1773341182000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (3, 'alpha', 2, 5, '["parapheur"]', false, 1773270000000, 1774566000000, 'Camille vers Paul, terminée', 1773341184000, NULL, 1773341186000, 2, 'giver');
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (4, 'beta', 2, 6, NULL, true, 1773270000000, 1774566000000, 'Camille vers Berthe, sans réponse', 1773341186000, NULL, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (5, 'alpha', 7, 5, NULL, true, 1773270000000, 1774566000000, 'Bernard vers Paul', 1773341209000, 1773341211000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (6, 'alpha', 5, 7, NULL, true, 1773270000000, 1774566000000, 'Paul vers Bernard', 1773341213000, 1773341215000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (7, 'alpha', 7, 2, '["parapheur"]', false, 1773270000000, 1774566000000, 'Bernard vers Camille, sans réponse', 1773341217000, NULL, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (8, 'alpha', 8, 5, NULL, true, 1773270000000, 1774566000000, 'Dominique (1) vers Paul', 1773341230000, 1773341232000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (9, 'alpha', 8, 2, NULL, true, 1773270000000, 1774566000000, 'Dominique (2) vers Camille, sans réponse', 1773341244000, NULL, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (10, 'alpha', 7, 8, NULL, true, 1773270000000, 1774566000000, 'Bernard vers Dominique', 1773341246000, 1773341248000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (11, 'alpha', 5, 8, NULL, true, 1773270000000, 1774566000000, 'Paul vers Dominique', 1773341250000, 1773341252000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (12, 'alpha', 9, 5, NULL, true, 1773270000000, 1774566000000, 'Noa (2) vers Paul', 1773341268000, 1773341270000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (13, 'alpha', 5, 9, '["parapheur"]', false, 1773270000000, 1774566000000, 'Paul vers Noa', 1773341340000, 1773341342000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (14, 'alpha', 18, 5, NULL, true, 1773270000000, 1774566000000, 'Hélène vers Paul', 1773341637000, 1773341639000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (15, 'alpha', 5, 18, NULL, true, 1773270000000, 1774566000000, 'Paul vers Hélène', 1773341641000, 1773341643000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (16, 'alpha', 5, 17, '["parapheur"]', false, 1773270000000, 1774566000000, 'Paul vers Yves, sans réponse', 1773341645000, NULL, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (17, 'alpha', 18, 17, NULL, true, 1773270000000, 1774566000000, 'Hélène vers Yves, sans réponse', 1773341647000, NULL, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (18, 'alpha', 15, 5, NULL, true, 1773270000000, 1774566000000, 'Gaël vers Paul, finie par un départ', 1773341659000, 1773341661000, 1773341663000, NULL, 'departure');
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (19, 'alpha', 19, 5, '["parapheur"]', false, 1773270000000, 1774566000000, 'Jeanne vers Paul', 1773341689000, 1773341691000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (20, 'alpha', 24, 5, '["parapheur"]', false, 1773270000000, 1774566000000, 'Luc vers Paul, sans réponse', 1773341760000, NULL, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (21, 'alpha', 26, 5, NULL, true, 1773270000000, 1774566000000, 'Thomas vers Paul', 1773341883000, 1773341885000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (22, 'alpha', 27, 5, NULL, true, 1773270000000, 1774566000000, 'Rémi (compte local) vers Paul, sans réponse', 1773341954000, NULL, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (23, 'alpha', 31, 5, NULL, true, 1773270000000, 1774566000000, 'Karim vers Paul', 1773342052000, 1773342054000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (24, 'alpha', 33, 5, NULL, true, 1773270000000, 1774566000000, 'Denis vers Paul, finie par la fermeture', 1773342062000, NULL, 1773342064000, NULL, 'departure');
INSERT INTO fixture_0d86114.delegations OVERRIDING SYSTEM VALUE VALUES (25, 'alpha', 35, 5, NULL, true, 1773270000000, 1774566000000, 'Claire vers Paul', 1773342147000, 1773342149000, NULL, NULL, NULL);


--
-- Data for Name: directory_people; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.directory_people VALUES ('annuaire', 'https://sso.example', 'u-faure', 16, 0, 'Chloé Faure', NULL, NULL, 'cfaure', 'cfaure@alpha.example', 'Agente d’accueil', 'Accueil', '01 99 00 00 00', '["agents","finances"]', ' chloe faure cfaure cfaure alpha example agente d accueil accueil', true, '\x4bdda90cb649c64430a0ec51f13c8dfdd5819ce90eb43260f855c3146edbbe87be8fcc5d14be234d24918321896d9bdcef70dc6401b8d45da7503513304f7c3cff37ab8d3ff66309eb491c41a635c83ea007079ddfb6666256ec3a6d27ab7e46', 1773341628000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.directory_people VALUES ('annuaire', 'https://sso.example', 'u-lenoir', 17, 0, 'Yves Lenoir', NULL, NULL, 'ylenoir', 'ylenoir@alpha.example', 'Agente d’accueil', 'Accueil', '01 99 00 00 00', '["agents"]', ' yves lenoir ylenoir ylenoir alpha example agente d accueil accueil', true, '\xfff81dd767a06747a9827f57d9f8c3d0d3358970f376ff32f26f2fc7a612f8e67770b02d0c504f661d1b241caae0a119ef70dc6401b8d45da7503513304f7c3c05bf4bbf40eade965546bd75b1f66eb8a007079ddfb6666256ec3a6d27ab7e46', 1773341628000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.directory_people VALUES ('annuaire', 'https://sso.example', 'u-petit', 18, 0, 'Hélène Petit', NULL, NULL, 'hpetit', 'hpetit@alpha.example', 'Agente d’accueil', 'Accueil', '01 99 00 00 00', '["agents"]', ' helene petit hpetit hpetit alpha example agente d accueil accueil', true, '\x44f3514bd017b3f52c2ba74b1719903967d55170f6e43c48b31a815f88619b044560ea3059842702ccfc136a4b22d5a0ef70dc6401b8d45da7503513304f7c3c05bf4bbf40eade965546bd75b1f66eb8a007079ddfb6666256ec3a6d27ab7e46', 1773341628000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.directory_people VALUES ('annuaire', 'https://sso.example', 'u-parti', 15, 0, 'Gaël Parti', NULL, NULL, 'gparti', 'gparti@alpha.example', 'Agente d’accueil', 'Accueil', '01 99 00 00 00', '["agents"]', ' gael parti gparti gparti alpha example agente d accueil accueil', false, '\x9049399a763cc14e8fa1f8e398fbf31c355cc4dedb50a3596b6e8f797ff51e2632dfa04a998833e2f67b94c86573443fef70dc6401b8d45da7503513304f7c3c05bf4bbf40eade965546bd75b1f66eb8a007079ddfb6666256ec3a6d27ab7e46', 1773341663000, 1773341663000, 1773341663000, 1773341663000);
INSERT INTO fixture_0d86114.directory_people VALUES ('alpha-rh', 'scim:alpha-rh', 'k-1', 19, 1, 'Jeanne Dupont', NULL, NULL, 'jdupont', 'jdupont@alpha.example', 'Agente', NULL, NULL, '["agents"]', ' jeanne dupont jdupont jdupont alpha example agente', true, '\x3e713de70f90c8bd4a82417c2662c7940d13edfeba038655926b29013951e3186d5bec37554a2397fd7e124c965e86f98a8a4b5801cd3c57eae585a2acd137a605bf4bbf40eade965546bd75b1f66eb8a007079ddfb6666256ec3a6d27ab7e46', 1773341671000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.directory_people VALUES ('alpha-rh', 'scim:alpha-rh', 'k-2', 20, 1, 'Ahmed Benali', NULL, NULL, 'abenali', 'abenali@alpha.example', 'Agente', NULL, NULL, '["agents"]', ' ahmed benali abenali abenali alpha example agente', true, '\x83822146d4221939592ecd4f0b817e0d46d0f2ff7cf337b4aeea78359915678f9b9e2cb216b22a693250672bdb0a58648a8a4b5801cd3c57eae585a2acd137a605bf4bbf40eade965546bd75b1f66eb8a007079ddfb6666256ec3a6d27ab7e46', 1773341671000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.directory_people VALUES ('beta-rh', 'scim:beta-rh', 'k-1', 22, 1, 'Lou Beta', NULL, NULL, 'lbeta', 'lbeta@beta.example', 'Agente', NULL, NULL, '[]', ' lou beta lbeta lbeta beta example agente', true, '\xa51659b0e558d6c178c382cdac4a14292c748989aa0667bac64c9a60b1da7d39b4c16bca79b8c8704ab92b08036773638a8a4b5801cd3c57eae585a2acd137a6a44c5b662d2e30ec095bf3030862c32c10375a4b14e499374eccd539594d491a', 1773341673000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.directory_people VALUES ('alpha-rh', 'scim:alpha-rh', 'k-3', 21, 1, 'Marc Départ', NULL, NULL, 'mdepart', 'mdepart@alpha.example', 'Agente', NULL, NULL, '[]', ' marc depart mdepart mdepart alpha example agente', false, '\x34df301d79467493c87b742257cde8707b5d8550a984839baf43f91b899686ecf7618205697a8fbf31c38cabf47b7a528a8a4b5801cd3c57eae585a2acd137a62ed1fd7bf3f00721f696494246138cbda007079ddfb6666256ec3a6d27ab7e46', 1773341675000, 1773341675000, 1773341675000, 1773341675000);


--
-- Data for Name: directory_runs; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.directory_runs OVERRIDING SYSTEM VALUE VALUES (1, 'annuaire', 1773341628000, 1773341628000, 'applied', '{"full":true,"first":true,"received":4,"totals":{"new":4,"changed":0,"renamed":0,"departed":0,"returned":0},"tenants":{"alpha":{"new":4,"changed":0,"renamed":0,"departed":0,"returned":0}},"unchanged":0,"aside":0,"foreign":0,"forgotten":0,"problem":null,"held":{},"ending":{},"lines":[{"identity":null,"name":"Gaël Parti","tenants":["alpha"],"what":"new"},{"identity":null,"name":"Chloé Faure","tenants":["alpha"],"what":"new"},{"identity":null,"name":"Yves Lenoir","tenants":["alpha"],"what":"new"},{"identity":null,"name":"Hélène Petit","tenants":["alpha"],"what":"new"}],"more":0,"decided_by":null,"decides":null}');
INSERT INTO fixture_0d86114.directory_runs OVERRIDING SYSTEM VALUE VALUES (2, 'annuaire', 1773341663000, 1773341663000, 'applied', '{"full":false,"first":false,"received":0,"totals":{"new":0,"changed":0,"renamed":0,"departed":1,"returned":0},"tenants":{"alpha":{"new":0,"changed":0,"renamed":0,"departed":1,"returned":0}},"unchanged":0,"aside":0,"foreign":0,"forgotten":0,"problem":null,"held":{},"ending":{"alpha":1},"lines":[{"identity":15,"name":null,"tenants":["alpha"],"what":{"departed":"absent"}}],"more":0,"decided_by":null,"decides":null}');


--
-- Data for Name: directory_sources; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.directory_sources VALUES ('annuaire', '5', '\x97f5cd8aeceab17dbaf525c7238079537c1514460990b17fb70c3024ab703a68', 1773341663000, 1773341663000, 1773341628000, NULL, 0);


--
-- Data for Name: identities; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (27, 'Rémi Fabre', NULL, NULL, 'rfabre@alpha.example', 'rfabre', 1773341887000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (3, 'Alice Garnier', 'Alice', 'Garnier', 'alice.garnier@alpha.example', 'agarnier', 1773341106000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (4, 'Olivier Roche', 'Olivier', 'Roche', 'olivier.roche@opsn.example', 'oroche', 1773341109000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (5, 'Paul Martin', 'Paul', 'Martin', 'paul.martin@alpha.example', 'pmartin', 1773341112000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (6, 'Berthe Colin', 'Berthe', 'Colin', 'berthe.colin@beta.example', 'bcolin', 1773341115000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (2, 'Camille Moreau', 'Camille', 'Moreau', 'camille.moreau@alpha.example', 'cmoreau', 1773304200000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (28, 'Rémi Fabre', NULL, NULL, 'rfabre@alpha.example', 'rfabre', 1773341956000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (7, 'B. Lefèvre (Alpha)', 'B.', 'Lefèvre', 'b.lefevre@interne.alpha.example', 'k-lefevre', 1773341188000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (8, 'Dominique Roux (2)', 'Dominique', 'Roux', 'droux@perso.example', 'droux-2', 1773341219000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (30, 'Nadia Klein (2)', NULL, NULL, 'nadia2@alpha.example', 'nadia2', 1773342031000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (9, 'Noa Girard (1)', 'Noa', 'Girard', 'n.girard@alpha.example', 'ngirard-1', 1773341254000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (29, 'Nadia Klein (2)', NULL, NULL, 'nadia2@alpha.example', 'nadia2', 1773342025000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (10, 'Sacha Blanc (1)', 'Sacha', 'Blanc', 's.blanc@alpha.example', 'sblanc-1', 1773341344000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (11, 'Jo Mercier (1)', 'Jo', 'Mercier', 'j.mercier@alpha.example', 'jmercier-1', 1773341361000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (12, 'Lise Perrin (2)', 'Lise', 'Perrin', 'lperrin@perso.example', 'lperrin-2', 1773341462000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (14, 'Maud Noir', 'Maud', 'Noir', 'maud.noir@alpha.example', 'mnoir', 1773341576000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (13, 'Victor Lambert', 'Victor', 'Lambert', 'victor.lambert@opsn.example', 'vlambert', 1773341566000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (15, 'Gaël Parti', NULL, NULL, 'gparti@alpha.example', 'gparti', 1773341628000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (16, 'Chloé Faure', NULL, NULL, 'cfaure@alpha.example', 'cfaure', 1773341628000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (17, 'Yves Lenoir', NULL, NULL, 'ylenoir@alpha.example', 'ylenoir', 1773341628000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (18, 'Hélène Petit', NULL, NULL, 'hpetit@alpha.example', 'hpetit', 1773341628000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (32, 'Karim Haddad', 'Karim', 'Haddad', 'khaddad@alpha.example', '9f86d081884c7d65', 1773342044000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (31, 'Karim Haddad', 'Karim', 'Haddad', 'khaddad@alpha.example', '9f86d081884c7d65', 1773342039000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (21, 'Marc Départ', NULL, NULL, 'mdepart@alpha.example', 'mdepart', 1773341669000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (19, 'Jeanne Dupont', NULL, NULL, 'jdupont@alpha.example', 'jdupont', 1773341665000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (20, 'Ahmed Benali', NULL, NULL, 'abenali@alpha.example', 'abenali', 1773341667000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (22, 'Lou Beta', NULL, NULL, 'lbeta@beta.example', 'lbeta', 1773341673000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (23, 'Jeanne Dupont', 'Jeanne', 'Dupont', 'jeanne.dupont@alpha.example', 's-dupont', 1773341677000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (33, 'Denis Dupuis', NULL, NULL, 'ddupuis@alpha.example', 'ddupuis', 1773342056000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (24, 'Luc Simon', NULL, NULL, 'lsimon@alpha.example', 'lsimon', 1773341693000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (25, 'Inès Moulin', NULL, NULL, 'imoulin@alpha.example', 'imoulin', 1773341805000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (26, 'T. Leroy (sso)', 'T.', 'Leroy', 'maire@beta.example', 'tleroy-sso', 1773341807000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (34, 'Compte de secours', NULL, NULL, NULL, 'secours', 1773342066000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (35, 'Claire Denis (2)', 'Claire', 'Denis', 'cdenis@perso.example', 'cdenis-2', 1773342131000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (36, 'Élodie Gros (Alpha)', 'Élodie', 'Gros', 'egros@interne.alpha.example', 'k-gros', 1773342151000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (37, 'Zoé Roy', 'Zoé', 'Roy', 'z.roy@alpha.example', 'zroy', 1773342165000);
INSERT INTO fixture_0d86114.identities OVERRIDING SYSTEM VALUE VALUES (1, 'Sinéad O’Brien', 'Sinéad', NULL, NULL, 'clerk', 1773304200000);


--
-- Data for Name: links; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.links VALUES ('locale', 'local:locale', 'clerk', 1, NULL, false, 1773304200000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'cmoreau', 2, NULL, false, 1773304200000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-sso', 'https://sso.example', 'agarnier', 3, 'alpha', false, 1773341106000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'oroche', 4, NULL, false, 1773341109000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-sso', 'https://sso.example', 'pmartin', 5, 'alpha', false, 1773341112000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('beta-sso', 'https://sso.example', 'bcolin', 6, 'beta', false, 1773341115000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'blefevre', 7, NULL, false, 1773341188000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-sso', 'https://sso.example', 'k-lefevre', 7, 'alpha', false, 1773341197000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'droux-1', 8, NULL, false, 1773341219000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'droux-2', 8, NULL, false, 1773341228000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'ngirard-1', 9, NULL, false, 1773341254000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'ngirard-2', 9, NULL, false, 1773341261000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'sblanc-1', 10, NULL, false, 1773341344000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'sblanc-2', 10, NULL, false, 1773341351000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'jmercier-1', 11, NULL, false, 1773341361000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'jmercier-2', 11, NULL, false, 1773341366000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'lperrin-1', 12, NULL, false, 1773341462000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'lperrin-2', 12, NULL, false, 1773341467000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('alpha-locale', 'local:alpha-locale', '138622adb559dd0f6336268e4147b9ea', 13, 'alpha', false, 1773341566000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'vlambert', 13, NULL, false, 1773341572000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'mnoir', 13, NULL, false, 1773341589000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('annuaire', 'https://sso.example', 'u-faure', 16, 'alpha', false, 1773341628000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('annuaire', 'https://sso.example', 'u-lenoir', 17, 'alpha', false, 1773341628000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('annuaire', 'https://sso.example', 'u-petit', 18, 'alpha', false, 1773341628000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-portail', 'https://sso.example', 'u-petit', 18, 'alpha', false, 1773341630000, NULL, 'annuaire', 'directory');
INSERT INTO fixture_0d86114.links VALUES ('annuaire', 'https://sso.example', 'u-parti', 15, 'alpha', true, 1773341628000, 'annuaire', NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-portail', 'https://sso.example', 'u-parti', 15, 'alpha', true, 1773341654000, 'annuaire', 'annuaire', 'directory');
INSERT INTO fixture_0d86114.links VALUES ('alpha-rh', 'scim:alpha-rh', 'k-1', 19, 'alpha', false, 1773341665000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-rh', 'scim:alpha-rh', 'k-2', 20, 'alpha', false, 1773341667000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('beta-rh', 'scim:beta-rh', 'k-1', 22, 'beta', false, 1773341673000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-rh', 'scim:alpha-rh', 'k-3', 21, 'alpha', true, 1773341669000, 'alpha-rh', NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-sso', 'https://sso.example', 's-dupont', 19, 'alpha', false, 1773341682000, NULL, NULL, 'administrator');
INSERT INTO fixture_0d86114.links VALUES ('locale', 'local:locale', '054a62cc3eb373bd43bb8fa5069c2dc1', 24, NULL, false, 1773341693000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('locale', 'local:locale', '74dd135c27c27889af514d0e5394cb36', 25, NULL, false, 1773341805000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-locale', 'local:alpha-locale', 'fc84470198fd353977e197618eccc1a3', 26, 'alpha', false, 1773341807000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'tleroy-sso', 26, NULL, false, 1773341874000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'rfabre', 28, NULL, false, 1773341956000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('locale', 'local:locale', '56d7b4737bfa64053e76c8dbd724f826', 28, NULL, false, 1773341961000, NULL, NULL, 'administrator');
INSERT INTO fixture_0d86114.links VALUES ('alpha-locale', 'local:alpha-locale', 'cb164229c1382b88deb93cc0269c4a82', 29, 'alpha', false, 1773342025000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-locale', 'local:alpha-locale', 'b95a3d387c25a48a936c0d019ec0e945', 29, 'alpha', false, 1773342035000, NULL, NULL, 'administrator');
INSERT INTO fixture_0d86114.links VALUES ('alpha-sso', 'https://sso.example', 'khaddad@alpha.example', 31, 'alpha', false, 1773342039000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-sso', 'https://sso.example', '9f86d081884c7d65', 31, 'alpha', false, 1773342047000, NULL, NULL, 'administrator');
INSERT INTO fixture_0d86114.links VALUES ('locale', 'local:locale', '32363702fabd392d25e9116882f8208d', 33, NULL, true, 1773342056000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('locale', 'local:locale', '7a8005f2e7174bf01fec5e9dd315c805', 34, NULL, false, 1773342066000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'cdenis-2', 35, NULL, false, 1773342136000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'cdenis-1', 35, NULL, true, 1773342131000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'egros', 36, NULL, false, 1773342151000, NULL, NULL, NULL);
INSERT INTO fixture_0d86114.links VALUES ('alpha-sso', 'https://sso.example', 'k-gros', 36, 'alpha', true, 1773342156000, NULL, NULL, 'proof');
INSERT INTO fixture_0d86114.links VALUES ('sso', 'https://sso.example', 'zroy', 37, NULL, true, 1773342165000, NULL, NULL, NULL);


--
-- Data for Name: local_accounts; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.local_accounts VALUES ('locale', 'clerk', 'clerk', 1, '$argon2id$v=19$m=8,t=1,p=1$Aih+DAxN0FnoR2hDIceBKQ$Aa4+QRuTed1sRvh0tcUjcNBsCOI22DZtsW+uzk51SQk', false, 1773304200000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('alpha-locale', 'vlambert', '138622adb559dd0f6336268e4147b9ea', 13, '$argon2id$v=19$m=8,t=1,p=1$ImMNrXdXYRGJyqvodEsuFg$iVGbB0QJs/33jYHpCZhtAPgjkuRiSlzogfkM5lHcZTE', false, 1773341566000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('locale', 'lsimon', '054a62cc3eb373bd43bb8fa5069c2dc1', 24, '$argon2id$v=19$m=8,t=1,p=1$nJUkivefJdNoUXPQ3M7Z+Q$hj+T7KCkXg3Vze7aeHLpMALDVdtYyAH62nD6zzrPllA', false, 1773341693000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('locale', 'imoulin', '74dd135c27c27889af514d0e5394cb36', 25, '', false, 1773341805000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('alpha-locale', 'tleroy', 'fc84470198fd353977e197618eccc1a3', 26, '$argon2id$v=19$m=8,t=1,p=1$J4PwCZTiKd1YBYRKUson8Q$2OcyqP2pJTZ5V4z4xcO9s2/H1uTUuVVp8jtXiZkcRJ0', false, 1773341807000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('locale', 'rfabre', '56d7b4737bfa64053e76c8dbd724f826', 27, '$argon2id$v=19$m=8,t=1,p=1$p+HCCIJMz8Cy9lIhtOPCzQ$567MSpHBhUhlaVqLOx4JWFee0rnMnkoik5ZtkPr/yMw', false, 1773341887000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('alpha-locale', 'nadia1', 'cb164229c1382b88deb93cc0269c4a82', 29, '$argon2id$v=19$m=8,t=1,p=1$0ZouOeeJVbG5qse4Ui/U7g$CKY8ISHSmQrDtNrdZB25BNb9wPFrk/uaSSP8eD9A9qE', false, 1773342025000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('alpha-locale', 'nadia2', 'b95a3d387c25a48a936c0d019ec0e945', 30, '$argon2id$v=19$m=8,t=1,p=1$xe0qK/qlNwBPOUEb61+vDQ$R/DIcWoZHCC0eeIa7uZC8sxXn3F96dT9ZEajmODt4Ho', false, 1773342031000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('locale', 'ddupuis', '32363702fabd392d25e9116882f8208d', 33, '$argon2id$v=19$m=8,t=1,p=1$Oz2XlJlzl6Xkmhq3B9KPTQ$jBiCClYv1FAxHyc6i2sL+uclXHSx96ciIhBM371A6e4', true, 1773342056000);
INSERT INTO fixture_0d86114.local_accounts VALUES ('locale', 'secours', '7a8005f2e7174bf01fec5e9dd315c805', 34, '$argon2id$v=19$m=8,t=1,p=1$zOMtIbXBBuVc6Hxpcocweg$+xXU4s0xzHHw3Z38nIwhIJScJvHx6HpFEv5VsiLrH54', false, 1773342066000);


--
-- Data for Name: menus; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.menus VALUES (2, '[{"id":"lemonldap-5e79b5da9e3714b01ca4","name":"Paie de cmoreau","description":"Ouvrir","url":"https://paie.example/cmoreau","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341123000);
INSERT INTO fixture_0d86114.menus VALUES (7, '[{"id":"lemonldap-1cca3ed14fbee2cbd41a","name":"Paie de blefevre","description":"Ouvrir","url":"https://paie.example/blefevre","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341191000);
INSERT INTO fixture_0d86114.menus VALUES (8, '[{"id":"lemonldap-3e54388d67d89b8908db","name":"Paie de droux1","description":"Ouvrir","url":"https://paie.example/droux1","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341222000);
INSERT INTO fixture_0d86114.menus VALUES (9, '[{"id":"lemonldap-87212b505d169e428b12","name":"Paie de ngirard2","description":"Ouvrir","url":"https://paie.example/ngirard2","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341266000);
INSERT INTO fixture_0d86114.menus VALUES (11, '[{"id":"lemonldap-f0945d2287ae84c5e339","name":"Paie de jmercier1","description":"Ouvrir","url":"https://paie.example/jmercier1","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341458000);
INSERT INTO fixture_0d86114.menus VALUES (12, '[{"id":"lemonldap-7136a08ce0bcf50e1009","name":"Paie de lperrin1","description":"Ouvrir","url":"https://paie.example/lperrin1","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341564000);
INSERT INTO fixture_0d86114.menus VALUES (14, '[{"id":"lemonldap-7bcfcf5dae3aa583e6e6","name":"Paie de mnoir","description":"Ouvrir","url":"https://paie.example/mnoir","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341579000);
INSERT INTO fixture_0d86114.menus VALUES (26, '[{"id":"lemonldap-cd53d4446f54d83a5592","name":"Paie de tleroysso","description":"Ouvrir","url":"https://paie.example/tleroysso","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773341881000);
INSERT INTO fixture_0d86114.menus VALUES (35, '[{"id":"lemonldap-371bad6cff1ac3788a23","name":"Paie de cdenis2","description":"Ouvrir","url":"https://paie.example/cdenis2","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773342143000);
INSERT INTO fixture_0d86114.menus VALUES (37, '[{"id":"lemonldap-a9c7fe47f8edf263fb7e","name":"Paie de zroy","description":"Ouvrir","url":"https://paie.example/zroy","category":"Bureautique","order":0,"icon":"initials","connector":null},{"id":"lemonldap-250d1bb754f8dcfdccf6","name":"Courriel","description":"Ouvrir","url":"https://courriel.apps.example/","category":"Bureautique","order":1,"icon":"initials","connector":null}]', 1773342168000);


--
-- Data for Name: pending_accesses; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.pending_accesses VALUES ('beta', 2, 'nuage', '\xf4f592b6cef506a5147d894aa6c0eb84e1cd5480b481a1adf6e2ea3f29404d1a', '\x018cdd73e672dd20f8e6720c0d74c66a14425bfb618254b1ba8982a054f880109456323ab9e01f27659ede71d6e6bfd1f1639182772a42b33c971f629c1164707b7353e555deb972236c4c947e3e0e621d0c10a3a42992fc4dccccee0a9ee02e9760d12a516bfa7db6197c869efde987f27524', 1773342372000);
INSERT INTO fixture_0d86114.pending_accesses VALUES ('beta', 7, 'nuage', '\x61874272a1cc73c4d902fc7e0a84fc2b15e88dca95d379daeeb1957f4f7b7076', '\x018cdd73e6b87fb87cfa4c830065a89e2178e74d8c8d374d6a3f2f3dae9ef7442fc89a56358adee608ddb06ffcb18506c05e7cd60d1a1e02d13483de49f443036ed64bd790a10ac33585f757d5d3ba81abdffc254b7cd48396e7a0c705d000c55cc22f4c82103a39d966966353903bd46a9b27', 1773342402000);
INSERT INTO fixture_0d86114.pending_accesses VALUES ('alpha', 7, 'nuage', '\x92e3dfbd1bd27711aefd6115e16185cc82172c8c168799b0bd8aed97504547bf', '\x018cdd73e683b6a0e1f0c62c508d7320cac2b9322c1f24021fdfda293b9071737e46fd05406e7e40854a2901cf791d4704123b42c0553e629bb4d7ed083bb5d30866563d8a238ab194b90b4e4b748767d30c5315e8422c006ca076db2099520a9d72d751b81a648034599f501fe40fe5ac8fd4', 1773342407000);
INSERT INTO fixture_0d86114.pending_accesses VALUES ('alpha', 8, 'nuage', '\xe56568e9d3af880b16f8d8c837346820a9847e152f13915c172780beb3c0b4d5', '\x018cdd73e6df48358748967563082140448b35414a99ba80eaaa34367f172e20beee40ee3e78f390f464b53500aa129180c2f53f8b83587c0a1295ec95fc2bc2fc799ed486f341f077b8dcb84a648f19d8a83ccc2b9cad5492c06a1cf16a938cfdfe73840a7d113684e413be00653df3b194d6', 1773342442000);
INSERT INTO fixture_0d86114.pending_accesses VALUES ('beta', 9, 'nuage', '\xaa9817544f5dd2184db754b3cbafb49de78a558c8542aff1907bf026cf293831', '\x018cdd73e6154e7543707f35acab67be64a9fe75bbbd53ab9a205827ee0df551778d97944f3e9c6d01f6cddf548fa2cf18b77150582a1aa2ebff7f15b7b543fb5d23ace2dfb46e1200869f4fad369ec0169f6f0c092c79badff1859183bfa8638329e671f1bbdc60e7df6be7c6f0a9875e182d', 1773342475000);


--
-- Data for Name: proxy_grants; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--



--
-- Data for Name: recovery_codes; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\x7fad3c749170d52455507ca6860bbbf69184fc5f22f8af7bbcfc5ff0daf02055', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\x923fdae18b47fbdbc90c84c1948a0a5dbfc6ace036776ce97452d724986c2ee6', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\x46f17e7278939ae43bc25810fef60b9d2c97b61d930b03e37665f9e96f98a73d', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\x91410112cee4be6f4f85593da2948e36fa4a44fbc963ad4b7f95bcd60cea0c97', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\x7777da59f03fcdc6ecc1f7ff0cace7d643698c591d1bdec2290f4a8cdb73d963', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\x96ef9d3209798b8a6da9dfc17ef87e5040b092f94a3bb40a13ff29feb7ba7d48', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\x56f050a385de95a4377bcfd3521e8537159fe080a9530bf09c4bd8aa364e90a0', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\xbe5d1f57813ec2df502e566b03a4cd2e25f34389317f6320d8379307140dd111', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\xe14eeb056b1839d0230b59e49a2781f6386d63c0e06d9749b9c0813f9d0a8cac', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (24, 'locale', '\xfa636ad48c1ffcb58109baeca8bc1671def6c1cfac010b7003697a3441695c47', 1773341799000);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\x845d2d54b907cc79689542e99db5b0c49ce48d2cb8f6915091e7328e71164143', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\x1c4670f0e01f5bd33715f1c4c48976d2fc15358b14a092be3608e4d967d16861', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\x95b9561931c100742a879cceee7a5b4f36ead86a10b28b39ed4f33f3d2a36b34', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\xb7b9acae79cdd09c0ff0a626c922f9a7db3b76fb2bc59b72ef8f3b56a91d03f4', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\x4bafd7743b26bdada97d0e1785bcc9b6bf6cdbb73e8002f3c381ea959863c07f', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\xe0f30f96e643e0e3aad3f32577928b58f40596f42c5b3d375e0e789101db1653', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\xe4818284fadeaabe51321025fad4fd85498a5d37153579a9396142e994714266', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\xf30ebddc08793942cbb5bf3b7e17438c81e4070b1e9c8f6daac05038d82bb6d2', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\x464e685030b46d5b8294c438f66a4455f52985669b8ddd0b7591ec645677b4a5', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (26, 'alpha-locale', '\x49e763c0920b5efe875b4e6df66f60b0dff4835f78aace2d368b616904a48601', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\xc78870c09a6e542c23784501d7e36b4315be45b621cd898bd652267f04ffb185', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\x80de9aeef681659e5d83bf9444541cfb5ed919f6554c446c6b16ca52f84382af', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\xe989520ad872fdb72269b67406f6a5652a087a2792c89dc38fc5a5a9ebeb3b5e', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\x3b1422251b9f47527a4933893ab59e139c9997e7488707532480cba853d00ce5', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\xdd71f38aaeaf8a970b9c2ca94cd314af080edc8026134d58b8e2dc6282a99430', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\x9d58bc3ca4d5991abdbfe8fd81176455ce23ea0d186499a29bfd18b33bfb834e', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\x872460e7e07b625a6cb7d54b9d120af7d42c981cdcc47dba59c09f3c39fdc0be', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\x395aed28a701ba51792404bd7522b0bee59be3640b497f3c7de8adbccbc6db71', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\xd8054d1f31d2d64271e054c8c5898225681d85334ac6f734764784727a0076ca', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (27, 'locale', '\x4efcc212c395f5a932e761b3d73755c893201d6313ba7ee312874d9706881a7f', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\x3f12f1db28e3467f5cac30bf9e0c5e6484baa65f6af6aa708536649ab2ef6894', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\x20c0068bc3b19c25e9adaa7622de7b3109fd5848c9d6b6d14eab9d17ecf1c69f', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\xb549d077f98e74519d4a4bd85a1902175836ee46dce54cafb1a15098b3b9714e', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\xfa9aff657cb0725992b5c7f44cf5850f483eab0e7186c93acb831a699786f9de', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\x6e0e6ef6806a45df64edffdf752336ae5df78cd4db2a63b65bf1094c94fc3469', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\x72e7586d27c03830b2c9d82c399c15740b0532ae64f92df16cf97a0092594a38', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\xcea13f2af36ce76ca7fc5a96efe983b2c1abb00e9d36baccf3a629dcd6190dca', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\xc3f9638777e4423a97e27afdfc2b5970b6729e2d3a211ed056e0bf7a8fb7d23e', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\x4d9a3dc1cd3972d36da5477ee3ce8344e19ad0e3690e880fd9594245f16e94d7', NULL);
INSERT INTO fixture_0d86114.recovery_codes VALUES (34, 'locale', '\xd4d69a4c152e5925aee0ad738356d790d8ef3de728683f24d2325dcd6a888bf6', NULL);


--
-- Data for Name: scim_mails; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.scim_mails VALUES ('alpha-rh', 'd3dd9a07-afbc-4017-a9e8-01df5811f4e9', 'jdupont@alpha.example');
INSERT INTO fixture_0d86114.scim_mails VALUES ('alpha-rh', '3351ac7f-2fba-419d-aebc-a7df1d4c931e', 'abenali@alpha.example');
INSERT INTO fixture_0d86114.scim_mails VALUES ('beta-rh', '7c3daa03-cf17-484b-acc4-cc8f344d7a23', 'lbeta@beta.example');


--
-- Data for Name: scim_members; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.scim_members VALUES ('alpha-rh', 'ba4e39a6-6c0a-4b0b-a17b-39f4e48dba54', '3351ac7f-2fba-419d-aebc-a7df1d4c931e', NULL);
INSERT INTO fixture_0d86114.scim_members VALUES ('alpha-rh', 'ba4e39a6-6c0a-4b0b-a17b-39f4e48dba54', 'd3dd9a07-afbc-4017-a9e8-01df5811f4e9', NULL);


--
-- Data for Name: scim_resources; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.scim_resources OVERRIDING SYSTEM VALUE VALUES (1, 'alpha-rh', 'User', 'd3dd9a07-afbc-4017-a9e8-01df5811f4e9', 1, 1773341665000, 1773341665000, 'k-1', 'jdupont', 'Jeanne Dupont', 'jeanne dupont', true, '{"active":true,"displayName":"Jeanne Dupont","emails":[{"primary":true,"value":"jdupont@alpha.example"}],"externalId":"k-1","title":"Agente","userName":"jdupont"}');
INSERT INTO fixture_0d86114.scim_resources OVERRIDING SYSTEM VALUE VALUES (2, 'alpha-rh', 'User', '3351ac7f-2fba-419d-aebc-a7df1d4c931e', 1, 1773341667000, 1773341667000, 'k-2', 'abenali', 'Ahmed Benali', 'ahmed benali', true, '{"active":true,"displayName":"Ahmed Benali","emails":[{"primary":true,"value":"abenali@alpha.example"}],"externalId":"k-2","title":"Agente","userName":"abenali"}');
INSERT INTO fixture_0d86114.scim_resources OVERRIDING SYSTEM VALUE VALUES (4, 'alpha-rh', 'Group', 'ba4e39a6-6c0a-4b0b-a17b-39f4e48dba54', 1, 1773341671000, 1773341671000, NULL, NULL, 'agents', 'agents', true, '{"displayName":"agents"}');
INSERT INTO fixture_0d86114.scim_resources OVERRIDING SYSTEM VALUE VALUES (5, 'beta-rh', 'User', '7c3daa03-cf17-484b-acc4-cc8f344d7a23', 1, 1773341673000, 1773341673000, 'k-1', 'lbeta', 'Lou Beta', 'lou beta', true, '{"active":true,"displayName":"Lou Beta","emails":[{"primary":true,"value":"lbeta@beta.example"}],"externalId":"k-1","title":"Agente","userName":"lbeta"}');


--
-- Data for Name: scim_tokens; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.scim_tokens VALUES ('\x10746466d9dc78bc9a8682789dfcbb8d0c0cf570ef3d70d1986358fa78dd7227', 'alpha-rh', '4961c18f', 1773341665000, 1773341665000);
INSERT INTO fixture_0d86114.scim_tokens VALUES ('\xca9ef24a75cb024987ef1bbb65d77fa403c9a954280e601d04b6b6df6de7e2ab', 'beta-rh', 'd9188762', 1773341665000, 1773341673000);


--
-- Data for Name: second_factor_failures; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.second_factor_failures VALUES (24, 1, 1773341803000, 0);


--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.second_factors OVERRIDING SYSTEM VALUE VALUES (1, 24, 'locale', 'totp', 'Téléphone de Luc', NULL, NULL, '\x018cdd73e6bc2b5f037c2be55bdc54bd3d5a7684e7003ea1b4adf09ffee0fea160dd561dee3119f8ab4cdf925901974fb6f649d3a54a00522d4b1c9c91cbc11f2d', 59111393, 1773341697000, 1773341795000);
INSERT INTO fixture_0d86114.second_factors OVERRIDING SYSTEM VALUE VALUES (2, 26, 'alpha-locale', 'totp', 'Tél', NULL, NULL, '\x018cdd73e6af0507e4c269892eee21909d17b51864890f35d3c2757b3b2aa617fe48aa39fe63ebd2fbd3c68fb0e1a2574571ed60882b417f102a8e0f2850ae152e', 59111393, 1773341811000, NULL);
INSERT INTO fixture_0d86114.second_factors OVERRIDING SYSTEM VALUE VALUES (3, 27, 'locale', 'totp', 'Tél', NULL, NULL, '\x018cdd73e6c92f9f5dd8de6249a7896be3910873cb2e9ce4b58d8a51f4ec08275aa5fdcadb99b26a1d15104c13df04d2862fd15581013b94c95a7eee01201af639', 59111400, 1773341891000, 1773342023000);
INSERT INTO fixture_0d86114.second_factors OVERRIDING SYSTEM VALUE VALUES (4, 34, 'locale', 'totp', 'Coffre', NULL, NULL, '\x018cdd73e60a70d6de28d78db963930d44bab0f10c73777e4d25e33bd5c53ec820a958378eb8254906fd868c6c5ec9ebc7642871ab57dc7fa42fde2fda25a01be3', 59111402, 1773342070000, NULL);


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.sessions VALUES ('\x4aea5b7751732f0551059be90c7554db1369973c87b0bc0dc655e006465dd288', 'alpha', 2, 'sso', 'https://sso.example', 'cmoreau', 'alpha', 'sid-sso-cmoreau', '\x018cdd73e6904ef9e8398140d1d10dcc7d14841534e5bfa816500c5dd58a030a789e7c0fb1bad1243cbdfe9998dbea5ee7f393c97d89f461ec82a0533459c52298b195f4fbda605381b430d83053f0d72b578bce43bc7ab530ff4116e05608a27ef5634126d09e176f2b5f648d1fba1ef9da073aaeea6675ce86e7b55ed711e26dba3654097a741736faf8a899e90c4adeb8b5e8da2909c43f32339fd736a3f5939161245a13e892efa74a5bb5a539bc0f6d887664dda9ac9f29b74d37b7b92dab2430d3c700ed1f347678e1ca3bea5a0efd6a9f6d5e48f9a30a2fd7670cc1f75d59', 1773304200000, 1773304200000, 1773340200000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x49124f6cdf2038218f826ff2150f227e53b1249ba32fecd8d94019ac9c591523', 'alpha', 2, 'sso', 'https://sso.example', 'cmoreau', 'alpha', 'sid-sso-cmoreau', '\x018cdd73e672f55c515d64d5278131b1252202bc3814000c630edb5c07289ffa8e0023b2d53d0c64ac11e6dc582363e4fda4477c3678962d688a1e386351a47ae1cb3340178ceb5a716ba29755ef845f76d2f59dd4e5729b58c9efc8c26de0176eb797b3f106e4e6fcacfcdeba508773938175f57e4325ab044299d1311a8a9ea5931e1db178a04b211d9b166a4b2b311c6dd494053cce80defc629919fd70e6c7e185a90067d25b695a4ab037459e14b505039bbb41e349d1c8a958255647ec763b9860aff0f3efdbe0313e1045489c3d0e25cfcae869f57068b3698daf70762877', 1773336603000, 1773336603000, 1773372603000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xf4f592b6cef506a5147d894aa6c0eb84e1cd5480b481a1adf6e2ea3f29404d1a', 'beta', 2, 'sso', 'https://sso.example', 'cmoreau', 'beta', 'sid-sso-cmoreau', '\x018cdd73e6c28ed8ab59a89eeb0ac11a65529dfac7c588be483af10affd68a1f7644968cc57752e24537cec5bbb455aa6f1a43187c046641c1fe5666a99794a8a87ca78e171a090054bd30dc7d62a24f94516f16488b87ce19138e9967227162bd9fdb658b245f36490bfbc3487beec581b7c805e678b552eb13e9ea2e6e7271722beb2b1cf6618667604f1669b82ff52c16be329c890a94f4c379b412c9b97d26e495cedf872368fbc0da0b42d3da9089d3e8e01fa38e799c2463aa5862b9804c9e2c0986e2e8b2d021ffa3dd3ac06530411398307fe8104b57cdce81817b2a3de5', 1773341169000, 1773341169000, 1773377169000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x942fe3bcff75c102331a511df371503f16073c62aa4b45c550d72e6e25ff94e5', NULL, 2, 'sso', 'https://sso.example', 'cmoreau', 'beta', 'sid-sso-cmoreau', '\x018cdd73e67735c1deb785d10ab7ef1aab588adba6b5d2710d5539847e7f788f1393b5c5e46e8c755239ea186cd55daaa06c550844ebb8608e8dd62e1af1924c0a6ca06b122f231c12f3be39e55d3897dd6326508310dff0be07d9eb9435560073db33d63fa8bf11b7de38025e69dc0ad32b0ae0f91e56f26fb5f61c43c38304376ad07b71c139ddd7361fb48f9554f55ac86884bd52a6c57f7b528d0d52baa07817b36981c6e7a64fff2241871498916388f0d4c5fa733810aa1f5edcbe16a6f7b60ea2cf7653fc014f7de17ff367052191df258b3c92564f77932d73f1ee59d373', 1773341174000, 1773341174000, 1773377174000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x0a78b27597ccf091e6dfcce7959daad10b3e9346d6aa23e0a0e7dcdb57ce5f5c', 'alpha', 9, 'sso', 'https://sso.example', 'ngirard-2', 'alpha', 'sid-sso-ngirard-2', '\x018cdd73e6ed0ca762e421e4b207301eec3104f2f18fb51eb390931e458384d41ee35e88e4bafc1bafc432a012a41b25902475f4b1f6e2c51460ad3b34619f26064497bab82a52bf838a9e6fff4c770a0ed6f3a3c933a49448fe912da16ebb800238bf41850a4e64c102efe563362412e065258f82e86a33402ba06a05c6ab0ff974b23355c70b660b88e313dea35a8a0d031546e5e32103a1c7fa64583cba3f229cdedd8a32aa5ce555df2648267b86da7d838281babe887b7835fc5782a76cb3598db8f1f76e6b5a0bc14c8e074a399f42183f020ee32064ef8cc64b1479d2d16478e52576944736', 1773341263000, 1773341263000, 1773377263000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xa5c9805538529a70993434569d7ef7062b34211dbf40a9e06b70d7ce42afa308', 'alpha', 2, 'sso', 'https://sso.example', 'cmoreau', 'alpha', 'sid-sso-cmoreau', '\x018cdd73e6d8fe967278f4e016ac441e7b98e60c82f9d2f3ce2782fe5013f3f43ff62fadb00b6dfe59c70f814e6d6c567c493142164d27308ed25380d5bc9a310dfd59425b1232991fd8a90e3347c145aa9ba77a6ee87fd85a6115b96d6ce9a58075b23565c5e186522aaf1c2bb4cef96a5b64609691d9d1260068e4c9c99a9d9b10042998f460beb5e9e64cc92a49d1f05357675def2fe0d05eae43a89f7443c00527f092e74385405e4e6f00564591e28c1e89bd35197f03f51e316f7c61d9977d36960967560fae8c85583e01f1bb7be663ffe3421deec8e49a49911d447eb01b', 1773341120000, 1773341182000, 1773377120000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x3844d5e6ffafc7fb09ad59439ecda6c04c1038b9b8b863c76ec76b7069d2400f', 'beta', 6, 'beta-sso', 'https://sso.example', 'bcolin', 'beta', 'sid-beta-sso-bcolin', '\x018cdd73e6f123212b6928ecf99b87ad03e4ae7841eb474cf71c357ebc14993159a05c3b27dc423cd68ff0ccba79f95a4615f01cbc801ea847e4ae4e621c9d235d621e3311a8ac143430be871b372b2239dc65ac95c7b22ca2f21b39afb46c6ec1d672c0aa661f12ffdd5e7cab093d4650196feee3dddf265339b7571a8db2f18ff76c3a5aeeea531b59e4130857870f0a46eb8fd407fbf1c53928a9bf5f7e5bb6e80ae2a794b69e34a5f6ca49b7311788b036e0cdd612adb68dd24541fda562c4d68f9bbde28baf17d0ce65d4d0af08823e84c6032e4539858d996711222268ae4d28', 1773341115000, 1773341188000, 1773377115000, 'e9eb399580d8511b0d842106f4f43f0f', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x2f3f02bf7b99dfef7e953de8f405122301b90152515e9faf93d4690675c4d5c1', 'alpha', 7, 'sso', 'https://sso.example', 'blefevre', 'alpha', 'sid-sso-blefevre', '\x018cdd73e69402f8d36463052dd6345d2da19e33acf7d245bf0c98d7db4c56e1cdac627b297c47cb0ccbb98d74c374d309cc838c53ccf466141aaddb01f14730010c121dafbe811cfc379a30918a4c801def96a2241c1c638f093aa06868f643622b31529e55fd3834f6dec5a1df4a401360631b0292194c27dae9eb9fe21fe9d9c0334dfd27610bd0cde87c48042fc0e78d3355d3c9e0e1c20352a9d4df492d1ea4033bcc2635a689a9f01b31ff80efabfbc9c2f88588329f87715e1de21607f034bb4ca5e1f107da47e53e01935f56482f8424d234a8b98b66f51b7168a7af34ca7f0fe13f', 1773341188000, 1773341188000, 1773377188000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x61874272a1cc73c4d902fc7e0a84fc2b15e88dca95d379daeeb1957f4f7b7076', 'beta', 7, 'sso', 'https://sso.example', 'blefevre', 'beta', 'sid-sso-blefevre', '\x018cdd73e69e3763aa0b712c1a57b8455f277212574b1ad9065e96ba36c8a14c411bf66b305122125d70e02868edf188135e4fbb8229d183e89347fa2d948306d7a92d3ae72767910c6ae263d44e4f6b1eb761fa4b7a9f617a1526de7d16e14c5d25fa0ea7d8e6ee32ec62c6f47f6321106808425852d6346bf62a1b5a98e71f63a912e899490f268bf9ae3be28c42dfb2ef999ddef69eaaad30ff6c83a21d972627b49c44a7328749c5d2dea3ce4cbaa8fab5524dfa27b95b827348e7d8ff4f3b3ae199481c1a9fdaf58df3cab5233ff7d041d9240decf7d150a42b7703f827bf09addb1e5c', 1773341199000, 1773341199000, 1773377199000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x92e3dfbd1bd27711aefd6115e16185cc82172c8c168799b0bd8aed97504547bf', 'alpha', 7, 'alpha-sso', 'https://sso.example', 'k-lefevre', 'alpha', 'sid-alpha-sso-k-lefevre', '\x018cdd73e6f7c87852252920f772ca2906a9755a6177a96167bbfadb4db95001f7ec3c518ec254e6a32f033151af71dc518e4014379fd2652e13496257734b49e4f811042d8617aa074cd498c7e212cbea3857ded398b40aaa0b002e5c26a4c85d66f132ae0d3a8017dc3679e019cd6d5005deb5b9be2011fab84bf0350f65a2dc083c92c7007a0fcaa798a7aec4d9dcb189434593fd8e2219b84efa9ec86a9f6352ba1a55f62623aa4720bfcfc051815b22bec55498bc66666803e002d4712c5b9f2019412faf69a18a14e671d8f4ae04c1125c59e24c1d2f795c8f185a5552c0d5b0084d20406dcc94a39964d3f4', 1773341204000, 1773341204000, 1773377204000, '248ebec8100993308399a28e3d2fe3b2', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x9658e23c3475b1fea06b180fc21f2fceae2ec29a1bbe19a5a65ccc7223afd5e6', 'alpha', 8, 'sso', 'https://sso.example', 'droux-1', 'alpha', 'sid-sso-droux-1', '\x018cdd73e66e7e790554ae842d42195bc973182f0f1e657bc23ab4d91000abeb8ad4249dd3ae27d05d17ccadc491ae9e7effad9c1332b698fd9093f1bb12758407395bbc63e097cad0247dd0b82a80b68a12e7096dce8c4a68ebccfc3a42e66d74a05b22ee91d0772ed8df61f9288c859a7c057d48d6f269bd760d421e38e0936dde235d7662a161d81d621f3356ec32a248da28bb1dc9c4971a8d922fd917ef2812f8b93d3441c52f241dcb1b99a4cee5401f6e31d2a1800d575d97333565f4d195951ac93579560eb26bd1aad87c226e40dcfe4bf51625f693e5f756703a0a28', 1773341219000, 1773341219000, 1773377219000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xe56568e9d3af880b16f8d8c837346820a9847e152f13915c172780beb3c0b4d5', 'alpha', 8, 'sso', 'https://sso.example', 'droux-2', 'alpha', 'sid-sso-droux-2', '\x018cdd73e648457fe791d5629fb149cc9f191ecf126ad303e70fc2d0093c2698247b002cd710170d22699cbe202f0eff06a1fd65ce0d5f2f4bdc7246f938c7bf37fa2514bd5658eca93a431b133abc0b5990fad5c86535073ca399dfc050e593f9e652aabe73212de0a68012fa5b6b9425cc42f4ccc38a34b7e4fa4f9fbd9b14e434ade5977e7cca17f65f21c6d608f234e5dfbabda26b98937d1128d42229f96a3bd305afa94d221c3cf8e93d32c6926bbbb2ab92ad47ae41d5c82fc124d68200caba5fd08389b60f51179f4d87bd382fec9e34b506bfae589f4f65b9bd6f8769', 1773341234000, 1773341234000, 1773377234000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x306d75ce859bb7af48d6120895f07d43aeb333b968830d336cb82aa95c6020eb', 'beta', 8, 'sso', 'https://sso.example', 'droux-2', 'beta', 'sid-sso-droux-2', '\x018cdd73e6219659a7fd0abfa608038a32b346ef9898a2cac84de202c096b2c59d518a525028997d441127626a4c2c9c7b5909cb55d4d9a5811321c3f03f29975fa3fe18749fc39a1305edb879ba9afa4125a25e86ccd273ec2b53c0c1ef821577dfd654f91ce6aac8e5a919068bc7ea32e301f6294627be2056533d6e7d98eeee81ebf7daca23846eeaccffcd2b1a3b52eeb00dec9755faf3a1a4ddb044730e182da0a883f60f0d711fd9e27687046ec898ad2e2751921bdcf07321f51f989a1698ad096bca9391c2621dd05d3d58be92f394123d5d7ab1d58a215e24d74fe0fc', 1773341237000, 1773341237000, 1773377237000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xd536ddb6ffb1baf11e85ce6220b59108fb9845c5ce8eae0aa5509997a37ac1cd', 'alpha', 3, 'alpha-sso', 'https://sso.example', 'agarnier', 'alpha', 'sid-alpha-sso-agarnier', '\x018cdd73e60d6575784fc021df6e603e24ef6a3aadeee003d137459ceb334f4aeb20a63360839ffe0dfdb8b2a0fa956ef8979edbf6f649413add2ec9011d6801df4ef6a461f5ba5963c563cf2900a95bf545d7082dd8c5a8364224a702590f74a68f20b60f5d20e83ecb86dcb2403eb2ec05925dc748c364f46b15243c22308fdb954b8b6d8e7b0b03e0416a8d2baf1a1501cf48801e9dae18507af9d31c54d4319e359b3c8f8f20ae2c87f0beccbf46b2621b7ae27bd85a4e0d8ffa89dd909e0a3b19d94c41682e29a893c1f723e4d11dd64c4bea0d2b88030b0a97823db55b043c80f9071ad8535598a247', 1773341106000, 1773342163000, 1773377106000, '248ebec8100993308399a28e3d2fe3b2', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x8c4bc1c8ac462c0ffb8d4ff99a6a1c5b367b516c1e3aeb181fa5bb8a68ab4bf4', 'alpha', 9, 'sso', 'https://sso.example', 'ngirard-1', 'alpha', 'sid-sso-ngirard-1', '\x018cdd73e681d4e022e3810383b1a6e0a9ca206213e81fe77e5daf65f9baa3a612740f3a93fe2f3f053369135a4f02c532ee48ffd51af80aed2a7570f3bdd3257c7262d7d65c4ae31e41f349156956f9616e13ae150cdb95375ceefe2f4804cfa309d061fa76b231572ddaa2a2711f4273b92c7e7f411ae616d53cd72cfda76b06a7300140ff6d6d870d3c48d421b20cf506aecc6deffb6197ea4efd053b05645e57205ae8e276b026d601c285b61708cd867319843e1a001af70707a8229a52ae1dc7d9e7bb6bd7b28661cb2d1d23082320bde2585a27bf180ece61e618b8bc5f1dba7617dac495a5', 1773341254000, 1773341254000, 1773377254000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xaa9817544f5dd2184db754b3cbafb49de78a558c8542aff1907bf026cf293831', 'beta', 9, 'sso', 'https://sso.example', 'ngirard-2', 'beta', 'sid-sso-ngirard-2', '\x018cdd73e606b6ee3991f273ce8f0d56971498621c4af1fcb698ca0d2c78e4da9b8522cf3ec5ef8257b913d0dcd5818f948337b06bec04d1ad2a62cb21d1030385709bb7cbf96ab57b09daa4ead78a6c154367a646edbff64a943e16a5a91d3ea5e005ac0ae99f8d6b3f40a87e63a26232c1e972c07ae8a1b60d82d2bb639a571ebd0855df42d0eae3956ae7e92811d56f2959f5225d730083bb8f79ad7b957f50a35af941e7a26c7d39b20b0469da1a5fe7e0719528e836cd89ff96c1b86787f7a3f9914942c047e5a74b7c4d856369e5f7d813ef5de706c6e4d82dbc072a9a681502d62be91439b6', 1773341272000, 1773341272000, 1773377272000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x9c4275cb16f8445f074d4d8809a3f5566df47dbd95d4e78d2f2ade0b8ca0a3b0', NULL, 4, 'sso', 'https://sso.example', 'oroche', 'alpha', 'sid-sso-oroche', '\x018cdd73e62f4fb30245efdd29df7ac99a5ee3acdb35a7b9e0997cdb267dc5ce2ed4b3ce76f911c55844ddc9f1a412adfdc8ed5e758aa2052335c186e1290055aa02b01aa3708759ba19cdd55a3bb0cb1d42d1500e7b041aa81cbb53611d87e17d1b932048f5acc428579cdb3b151a190e95735e01bd9e078ea0edae4ef919e70cd964aa3f6b959b794e0285f47c399624d99c57b5a1ae03dd2d9a34f201caaab5c567c7f3488ced8cc9220d89d5b17e42d1186158c490b9240f03de8fb0c73de74240b48ddafbb58a535abf9889f72a55d59d57984043d9958b415978f2', 1773341109000, 1773342138000, 1773377109000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x66201d08edfb28149299d67dccc7d51a874374793aad6990f827c2510d2e46f4', 'alpha', 9, 'sso', 'https://sso.example', 'ngirard-1', 'alpha', 'sid-sso-ngirard-1', '\x018cdd73e65e7375e32039b64a4d5190ed396fbe7f8d12cbdb85b87e221a7c46a0949501b1ac9bc812f5fb5cbb4729ed9a39d1fc4bc7d9e184dc32f8662b7cb5961cccf9f974dc179ebb859e1d857061d7fa9067b55f213cd80d91e43f375fe92c96a10de694b69a7374e16884a9930927ae9a571036ece417f3a6b86a744751e9c2556f66693c3ef866211d30c9a5ba644b0a5b235c2ab0befc9cda3045de99b6e796b2dd28ea86e543ed76161dc9e8579cd4a73cc35300ab7c9e3af90a849485b505a9d6c919d5011cc86e3d3b857f2ead2787f095d364246c38deb9c01843994eefd65a4712c0f5', 1773341337000, 1773341337000, 1773377337000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xdb098e3b14b8f1d28b46b255bb6c457602a4d258fd70876d3954bf4c33b61da2', 'alpha', 13, 'sso', 'https://sso.example', 'mnoir', 'alpha', 'sid-sso-mnoir', '\x018cdd73e66197ab971d063decc0c4a466be77477635e816237cb2a541a4aca4cbebec2cbc921bfedfd989c5162b86f0f101062d61cb000067ae5387933c57d444aa1e69a91af2b28120f4794ef83810793ffbe3c948a144efeaf956f6bc261106931b8fb6ac538d04b1116afabee9f7029215c589113131fbf70948e86c14ce76253ce36b53fb754bb13abecd760cbefebe9803a3f1cc29f085c14462d0d70f7fa552ff52c25a1984ab537d041e270ae4cc6585e1ba79b8a89d30a296530506b1c2d7a7f8d20651ba257b4b7e21930a6b4c2ca86c6f479996ad', 1773341591000, 1773341591000, 1773377591000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xe07c05edfcebc293fa1e295c756009c67348a37ea41bdd6ddd88a62426f5c073', NULL, 13, 'sso', 'https://sso.example', 'vlambert', 'alpha', 'sid-sso-vlambert', '\x018cdd73e6f40aa43949d3ecf699a0b6fb63878fe95b9dc46d297b2d994dd64b3be64ac8a955031d33e8bba9a554fbeb909e457f4f3b72c5378a0c147b73bfc3b3be3aba72840ce83c99ff67e83db2a0217ee7e754d8f3ba93d12704db6b8c70e6c75775858a74741491a5b7c91ad673eb4e0280af0483d6ba17d15f0c436e0082cce314487e98ffd663713c57a694fa59a14765d05f2804121e2436cea8f3ce81dae56f36c37351c2b8934bec41b804e29cadadbc96d8c3c73099800c3d9312c3d77df13fd4b9c8558a4d655087686cc86c295b5f88f8244450889b6dcc80dbb9b0f42a8bd3', 1773341594000, 1773341594000, 1773377594000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x1c397cf515a63f9008b86ae66a17d465e6d0d4f53df04181a26a5008d3f23033', 'alpha', 18, 'alpha-portail', 'https://sso.example', 'u-petit', 'alpha', 'sid-alpha-portail-u-petit', '\x018cdd73e612f815800c2458b1516146c6fce8111e823a2a07ddd3f30463113f04d4afa94fcb7631b71f7d8e0af2fe01df9aa6ff31add8881d970e5fd05e286ae613c5ddb1f480406d2bb197dcbdcccd610968bd49c807b270b42294c538f48b578b50b4882d7337cf0c9fff2f1e35af2c22dd45aabdcb982fc705ed96236080553c02503481b05f6aceb280fdf939ee7cff371a934ef341c29372b1fe898761791ce4fe87d5971e4096fd703f2f4a0743f99cac0f012d2075c6ed9138742b3f1380388929e0842ae57b34a5798cdfdede010002937438b93a301382080cb4af5b6d2c88f97bbc1b478e941fcaea0ac68d81d69abf', 1773341630000, 1773341630000, 1773377630000, '248ebec8100993308399a28e3d2fe3b2', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x5a3e8c10e25d6f1171a3dd973193f596102f7c769d5487d8ee87c85587fdba39', 'alpha', 19, 'alpha-sso', 'https://sso.example', 's-dupont', 'alpha', 'sid-alpha-sso-s-dupont', '\x018cdd73e6226f037dec361ccbadaf0758b4db97f3ad67ea8243acf845e6c6865f28ac8fa4ace13764da4f326862db29fb5a58475356f9da463245edd0c30bc2f9629e827c984f560f5d7563d75808529da015e5d0395fa2a8f360223a0ffdbe35f53fbe7e1a42c48c887dddb6234e25762806d20e6878f6b0278116410de5e58ade7a365db6596632a257137a05dfba1956ba81fd49658e794fbd3aaf89ff522c0c425a1f2e640430212707589cf5e210626af2de10cd77c6a0ca69802cd3faa5fbfdb091df00b1c2a8f17255d6f247d370967a68bd5f8040e7be0e67a6e2b3fca1c36f793c052f12e301c9', 1773341684000, 1773341684000, 1773377684000, '248ebec8100993308399a28e3d2fe3b2', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xe3142eb65ab7e439c1c312818d4add0df46a820f4704531c5ffe60ab55949fd8', 'alpha', 28, 'sso', 'https://sso.example', 'rfabre', 'alpha', 'sid-sso-rfabre', '\x018cdd73e6eb60442efcf4f804271d425b10a35424127be0884b9d23200409bc5e532fdabe730f61b4296cd045f1c13e166530b3f23596642d4b3afb24a9301e63cba40f1d7591cd85dc10bed825716aca1f81004f1618f2af2d2184764228f655ae73896775f40eceadf3e35ced8f52fcade179b8f45811d7417dba2875736b5c6998463e2922bbfc16354811eb02bd7224ff8aa91656e0780a3d0f8d8839696b7b0f2980c31f807f47ba1d9c2a8aa7fded804916840310c071e633f7f016b97c58b2d1a8e0d2fe4175e76e384ecd944c7aad5b5390bae425569717ac03', 1773341956000, 1773341956000, 1773377956000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xec3c6edd656337ba98116bd5b666903a35bf976512881b88cf39fc91c3032cdc', 'alpha', 31, 'alpha-sso', 'https://sso.example', 'khaddad@alpha.example', 'alpha', 'sid-alpha-sso-khaddad@alpha.example', '\x018cdd73e6b0bb67ad8221367ace944611a949734402638edd1132ba4caed53c151571edb8f2d2863e6bc70b16543d9a721e3c7cdccecb8b61dc618250e13b1cf28dd912f98508a5acd8d87674a0b978ad31249c5105d0d497fe4f44404662acdaae70fd26f6f6203113d4644cc3b1cfa7cc02bf506b61a5cbca504fbcc781c88640e624478e81fcb9b637df7111e359a451d9579bfd2b2eb40f11f81acb29a4b1b1ff35a199a174dfcdfb5942955959f38d555dca1d83321583790b4c78adb3c8b389cefe128a3de9ed0ec967eb344972a4520bc370c92706fa318a8bd40eb3f555d91c0b27fd8906e86eb494c4aeab14f13aa2c5718d0fddade3f51decce90bd8fd4f31173c04bbf907462a958336c2415d9', 1773342039000, 1773342039000, 1773378039000, '248ebec8100993308399a28e3d2fe3b2', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x0865ceb96d27fdde10ec221c61cec35829e551e41bd33166b0a74b8791d17370', 'alpha', 31, 'alpha-sso', 'https://sso.example', '9f86d081884c7d65', 'alpha', 'sid-alpha-sso-9f86d081884c7d65', '\x018cdd73e6c87328951c5aaccbcec3a92c60ebceca3e16134d04586dbedd23578edf8f1df9c8201588eecd76e7b9098a311bdc7d3511ef60a7ddb2471cdb7f6da9c17ada26ecd0999671a90cec9140e55dfa3b404ac246e91faeaff4153e9e954fc225678081122737bc1eafc96df77e6b133c6c1ce5823d964975bbfd98b6ecd2ca0cf226db08252fbc057f5643cd91f4a3f27792f9a84a96d31cf0ff0b481b1ec6dfd5f63019b39f2519cc822a9667c79ceeaae931cce326b8134b64d60592ef79c37535f84f40c79c63df328dfd8bd24cdc0082342562fa1ee2b4a624d60af8a953dbd476bf5db1340eb081fd7a56d212485a639c2e092fde3f91569551cdf14984ec', 1773342049000, 1773342049000, 1773378049000, '248ebec8100993308399a28e3d2fe3b2', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xf76452dbd286e8097c650c169c49da0c8fecda2c06bc01c4a3be010c1d0f494b', 'alpha', 13, 'alpha-locale', 'local:alpha-locale', '138622adb559dd0f6336268e4147b9ea', 'alpha', NULL, NULL, 1773341585000, 1773341585000, 1773377585000, '6174585f716726e29947a99d889e257c', NULL, 'password');
INSERT INTO fixture_0d86114.sessions VALUES ('\xde657313b892cd18335f33fec613e6c091ace77fdd1c49ac5dd3acfd12cbe615', 'alpha', 16, 'annuaire', 'https://sso.example', 'u-faure', 'alpha', 'sid-annuaire-u-faure', '\x018cdd73e6b0049b56d99e39cb18e66813dc595263a343879d236555815fc34c36633a4b419179e9eda2aa93712b602d0e7310fa53e8bab21f50a12b1287e88330aa86b7b084f3fb0b09d0a7e6a45d718d5bff375f2fe3c51fe68be13cabcc3e1b0bb1377987d75b3e833a1d060b8b205f668b7f78925688f254e07c448ecef66f251f1b4de1d96c398c40f72c20522e5c3c5011303047c04d91150e8556ceadf438502fa4b16ffb2877b2e43576daf99704c210fccc519b19a733a62a54dcbad17c7628d4995f2d81393f08dc075c532c8ed11a8c5d8c0166fe93d3837b810cd87223bcae9d', 1773341649000, 1773341649000, 1773377649000, '88aea608df60819e45ef6dbb6a6f181f', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x0cc62523f13b48069ba7b873561bca1de8f446734962f67fbbf382915987cedc', 'alpha', 26, 'alpha-locale', 'local:alpha-locale', 'fc84470198fd353977e197618eccc1a3', 'alpha', NULL, NULL, 1773341809000, 1773341872000, 1773377809000, '6174585f716726e29947a99d889e257c', NULL, 'password');
INSERT INTO fixture_0d86114.sessions VALUES ('\x44e58ced07d85a85e7fe30ac669569cc1844b879a5972d5ed3cbde63fec2ae29', 'alpha', 29, 'alpha-locale', 'local:alpha-locale', 'cb164229c1382b88deb93cc0269c4a82', 'alpha', NULL, NULL, 1773342027000, 1773342027000, 1773378027000, '6174585f716726e29947a99d889e257c', NULL, 'password');
INSERT INTO fixture_0d86114.sessions VALUES ('\xc4d18c008e99ac41d14dabe63fccd2ed0969771feeb30606af3d387aae2fe8c7', 'alpha', 5, 'alpha-sso', 'https://sso.example', 'pmartin', 'alpha', 'sid-alpha-sso-pmartin', '\x018cdd73e6fc594fb7ba68535b1c551c4c1a05ca530eda178cbc314d7ea44b4ba75fa59ba8da36d9aafba96b7b31b596b0d82911df76cdcf116cd26ea7e7aec85a38fd2ebf94fabfc07d357c458fef1945e5e444322c88ff7eef7335387aee780e26e1f7df03d67770fc930637debcf9cfa8005152af9d57b67734c8f990d93e198d2f24c4e2b121beb7d157301b3e47acda3af5d03fba4ada094ba7d04f33c070a34edd0968134d199636fb579db30a0d3bd8b9a2615555cc872b8a472c78b22af96e7f10889bd81c5af366bf5e8c3b39245556c73000c18a83521fac5dba61109514bdcfa4e3cb1c', 1773341112000, 1773342149000, 1773377112000, '248ebec8100993308399a28e3d2fe3b2', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x2985f0c977ecc1367f81f72d6e152a84688d2dfc3372abf78c87aab3dbe6225f', 'alpha', 11, 'sso', 'https://sso.example', 'jmercier-1', 'alpha', 'sid-sso-jmercier-1', '\x018cdd73e67383d1e343893665baee9b02cbbf6ef057bb2205082bc191b145df1314d59733e5abaf3678f46b253e47cb8805aa8aeb4f699e3fddfe2ab0a81e701143c4abe186da78008c6124d3138d59250b0ddaa236fdbb4a9ee69edd75dc9d8188a544c6100b45f44927c6e97779eb8b5185be6db0efd3e55af44fbe830d0d36d58702acc0adcc8024d036efc1c7700835fae4b4a69e28a07f1d6d964b289b500b570845487b0b4d24197f9c02dc87a838c356a4756111e28874af83b117f964403d8e88869d88a854802e2078b353c8a49b83811c55c791b0379ebe8359048c1be8963e1192a8423ce5fdf0', 1773341361000, 1773341458000, 1773377361000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xd11af2f517849ef37bbd67c06f93582ecbf788adfa778b00075fdeb9ae56f381', 'alpha', 12, 'sso', 'https://sso.example', 'lperrin-1', 'alpha', 'sid-sso-lperrin-1', '\x018cdd73e61ef82e4240bc5a92151eb2c9a80a2af654f68e2d2ee5a9dfd96409b357bf1e41aefa328843f0f870fa5c5582d94581e9372efa647fefc9830ee23a1c77541d3a45bf55754c125118664b44b9ddff32049b709d79657cfecbc51cff1c08589aa1c084995f91e3b88ff2e5bcd8f10d73df763bf66dca1f54c35d1e677e0c129a6848f4079d8600243e44020f5df0176d5ce3a7242b490b3f6b7f0ad0db9c4344ab23e28a17e3423bd0d356a4c8069d953fe20393b47cbd5e4069a272815f3e68041ef9335212a4e274e78e9b538363b31331ea6100abe32bcd373e0438614553ce4830b6f6', 1773341462000, 1773341564000, 1773377462000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x189296d3920cc23b3add8a3cb48013c3008402121e3bef5709a6b2e523439981', 'alpha', 26, 'sso', 'https://sso.example', 'tleroy-sso', 'alpha', 'sid-sso-tleroy-sso', '\x018cdd73e6da7572bc0f20dbb8b30dc9edd9dca2a022f3dab2f2d22b8fe173a04e83f15dfd32c3d50ffda927c59e2177482df6ac81c0a0a4866262bd82c14d1d0c664847f723e1733cab7deb4ef41a5cc8bb6693a275208671bdf9491da8118c2d140b44fd6bd49dd33d77b9ca55160a2c7ab5a6c9df2c285ab75329124410f95abc2aab850769b05cc21821aa451d79f8a3ac2ef860f67e1c4994fa9a580046d8868678c6923238bb2bc7db3b85f4bc639c4c7798e2cb3787a26bdae88d7f24bd4327f04aabfef12a9eb753ca1668655b6a3f394b91742b0179722565cc4b59e79d526687379651ab213e7ec4', 1773341878000, 1773341878000, 1773377878000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xd79772c6c6d27462a0709709ce58b22e721d5662c5826f3386cae26b7a21c282', NULL, 34, 'locale', 'local:locale', '7a8005f2e7174bf01fec5e9dd315c805', 'alpha', NULL, NULL, 1773342070000, 1773342070000, 1773378070000, '30caad1957bf35b071f2b50e7e6a04b8', NULL, 'two-factors');
INSERT INTO fixture_0d86114.sessions VALUES ('\x5e751da31e5e61fdfacff186e8c12b3a704ef7fa074fdf27e6c3e53f887ee419', 'alpha', 36, 'sso', 'https://sso.example', 'egros', 'alpha', 'sid-sso-egros', '\x018cdd73e614491be128ec4edcd8832d465df8e155abd21ecedb9a9abbbda378dac7818eec65fda3efe3008222798b68f3a857e55da6938884e53e1882ee00b53e14545768976083410ac5c6a6ec442d2bcf3316b92f5d50c1ff959f69dc77424546cc46e8f2de59f6557a9c2cca728586bf7729695849486f0a3c4677262628055aaad369f7b26fc6fded025c58cbe953ba32c7e11b431af4f2993a1c2b2766ace8f1dee98e6542e1a93f5ede467c741118008301b72db0d5288a07d8b89cd07c755fe9c380c4169d57e28ad740a6249768a841e975a692039c', 1773342151000, 1773342151000, 1773378151000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\xc5af9a8f7b518722357b255c156d2e54797941e64f43025471c01622116b1504', 'alpha', 12, 'sso', 'https://sso.example', 'lperrin-2', 'alpha', 'sid-sso-lperrin-2', '\x018cdd73e6539e049d58f21c451ff244c4fc5a4fe7fe6835f9c0819c9b2292447854ce75babafe8e6e09893ffa2e9297ed521b1a96625865bbd451970f53d56eed25dcb8977f426a4f0748b9e89e52f5cdd67a8875f92c4464ed286ed27d702abf9fad59678ebab63b238c34f77a3f432bc8723c161da6bf2cd3026f57f0bb4feea10a5feae91759f2b0d74704f073f2fa063c19fbe4465a318cf8af939d10712e2c3ca7821770ff55374abf28dc7602f6eaa4eb5295609efa8ba390e4ec8892a19c93d722370a888732dca776010f690b0e3ef688d0375e6432c14df93ea8c487ad0976b004952284', 1773341469000, 1773341469000, 1773377469000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x06fbc993f2fb09de039921f2ca8f0e922caf0be3ae1408b3d0e197a4245fa004', 'alpha', 24, 'locale', 'local:locale', '054a62cc3eb373bd43bb8fa5069c2dc1', 'alpha', NULL, NULL, 1773341695000, 1773341758000, 1773377695000, '30caad1957bf35b071f2b50e7e6a04b8', NULL, 'password');
INSERT INTO fixture_0d86114.sessions VALUES ('\xd04138b99a089fa36e83b3cde0a4d4e20397c4b0cab2dd080e55f168deeb413d', 'alpha', 24, 'locale', 'local:locale', '054a62cc3eb373bd43bb8fa5069c2dc1', 'alpha', NULL, NULL, 1773341795000, 1773341795000, 1773377795000, '30caad1957bf35b071f2b50e7e6a04b8', NULL, 'two-factors');
INSERT INTO fixture_0d86114.sessions VALUES ('\x17700375f9effffffeefe78fe69650ad7b02f75cc4fc2dc6d2a3121fbe5e4e6a', 'alpha', 24, 'locale', 'local:locale', '054a62cc3eb373bd43bb8fa5069c2dc1', 'alpha', NULL, NULL, 1773341799000, 1773341799000, 1773377799000, '30caad1957bf35b071f2b50e7e6a04b8', NULL, 'two-factors');
INSERT INTO fixture_0d86114.sessions VALUES ('\xa9bf43114fbac3f77b2038d35072d1be1b7d74bb4565f6f19c377442044ca16a', 'alpha', 29, 'alpha-locale', 'local:alpha-locale', 'b95a3d387c25a48a936c0d019ec0e945', 'alpha', NULL, NULL, 1773342037000, 1773342037000, 1773378037000, '6174585f716726e29947a99d889e257c', NULL, 'password');
INSERT INTO fixture_0d86114.sessions VALUES ('\xa8567f16f5a6d48b85b29d3592e108765a17983fb580ad6bd979341b9dbe377b', 'alpha', 35, 'sso', 'https://sso.example', 'cdenis-2', 'alpha', 'sid-sso-cdenis-2', '\x018cdd73e6448eb984d10e79c959172a4bcd5673dbd5007f94ddfc6c697a0f64eca1ecddcf9604296550eaa43ae7d66ffd63ea01afaa134770e7b796b58a8f155743bf2b932ebd19234efed01c1254136b77ec80643fb4fa9a464fb7a2395220e863f2cacbeb61ed2d455a739cad147e07c60f89c8827de04d4731387b8517ae3d4371cd07cbb3263e464ccd5a42781288b56cea516d5d7b03fa384ab86d13fdb7ffbfa2099e635c53605f1c543092c8f9629cfd771852980d55c467b4ecb884c339b4d092163a6456f0067e9b660c89e34c716da94d901659dd2f211bdcbfb97fa11492aa', 1773342140000, 1773342140000, 1773378140000, '547f3bfff708eb58a1c5c88ae279c250', NULL, NULL);
INSERT INTO fixture_0d86114.sessions VALUES ('\x3779bfb468efdcb112a87ccab30bb7bb834bc49ec7d4d4191c68decaef225d81', 'alpha', 1, 'locale', 'local:locale', 'clerk', 'alpha', NULL, NULL, 1773342174000, 1773342174000, 1773378174000, '30caad1957bf35b071f2b50e7e6a04b8', NULL, 'password');
INSERT INTO fixture_0d86114.sessions VALUES ('\x15530d347b5369d661b369a86eee55ac94ff90fd767358c3a2920ae8cf56a0a5', 'beta', 1, 'locale', 'local:locale', 'clerk', 'beta', NULL, NULL, 1773342178000, 1773342178000, 1773378178000, '30caad1957bf35b071f2b50e7e6a04b8', NULL, 'password');


--
-- Data for Name: used_once; Type: TABLE DATA; Schema: fixture_0d86114; Owner: -
--

INSERT INTO fixture_0d86114.used_once VALUES ('\xcc9df78b360dab3653d9d2ebeb0548d5aa3565976f52aa9802f793eb78c1b02c', 1773304800000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x8d5a9bb3d65ef41c44e5ea0c95baab5cd9edddf875dd68cf2f47fe1d97587062', 1773337203000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x74a7e584fe3a9cfadea316d5f9f526dd64ed4c042d5603c2de94c1896310aae2', 1773341706000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xbd5840d399eda634152ee3c8a2203bfe489762bade2f433c816bdf9bef79a310', 1773341709000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xdc8e2e7013b87bd0e4c3d780a9a4cf9de24db41cc670480f6256f8ed1821017a', 1773341712000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x39f8366b70c9e454d0667d52e46f165e4cfb0865898de93324806a9da92e3cc4', 1773341715000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x68672ec63ab0fe54ca4ae1fbbaae4b15abe2bfafa8a407b0067ee311bb92af69', 1773341720000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xf23cbb8a0a54d949d0aca823be1d75793239657024139f8a386e5b5b28a7d7fd', 1773341769000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xc1e0e9def234486cc75b779cffc281afa47ed373eef4840a8495d56e18a66a7a', 1773341774000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x5c52f360e5d5ca30a69eec9b234625615b6dd659c289f641aa27e43db8bbfad0', 1773341788000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x77576385158ef99542f1917f8d79be2d65ce9899c0bf8a84c42eb642994355c7', 1773341795000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x6e44fac43368acf3d5b111b6b6b5130bd38f54d9bbba6331f0b29c3af3c23348', 1773341799000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x5782157a46b277e7848a54ffec7cd52847d8b5ea70161441029950281ceddb08', 1773341804000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xf46b763b051b2f20ba03968d6549ac6be3d12a2a6d86778bb79f543fe8811159', 1773341819000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x1c0d32ac83d779e78b6c2f4f74075432222d91392c9b3d6ca94fe9214dc2e626', 1773341826000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x4b235a74a09b408dfb2e5fa2c7a0ad6604c12f9b9dc55c07b4080d20a206977d', 1773341834000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x953bd0d946c22da7c1b8d286523860909e83bdd416e127dc11fcc80bf10b74d4', 1773341837000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x62b73f8fc8fb774cdd161cd2545006608e8a6aaa419d725341d211bc2ca80944', 1773341854000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x4a2e1501a1ba18c4c403b7cc61415af6972e8335878d322d28dbf13ae70da8fc', 1773341859000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x4861844b598ca43cd5c1749ef645593855a22bbe96bd9276064dccfda06a028f', 1773341863000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x3d35bffda8ea1f2d14bb973f23a7cefd4d373999f1aaad7181e5de8927ae2bf4', 1773341872000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xdea6afbdb4c31b2c224b5477c7ae3ceac41caba8afdce9b7c481f3f9ee965807', 1773341937000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x68e7d50a7dbdf5fa8de6bd38ce086d1e75adeef4fbe5ed618bb8ec95eae56b7d', 1773341944000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xf9d821eec1711340344efe1172613b2a0ac31b554f6820f98f533e4de6d5f292', 1773341949000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xe39c33cd0c6ed48031d7f6f975789b832e79e5a5d5dfc512fc19c60b075d8b59', 1773341953000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xd9a1a4aa31136b4ae82face85abeaa814a0ea76d49f9328c425323e1774bc852', 1773341956000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x0598477491f26858352956bb7f90748350f79dfaf58e5c11be3370dbe9eaf372', 1773341961000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x8d9bec161a107113e179226507912d96c5c2736ed91b9020e4e86b9ff54df26b', 1773341964000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x9e11fca515f41473dd3d41dfd13e9f0b6c1787395deaa6778d6d92a80175f262', 1773342062000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x4ed20e965adac91612536e38a1a381e15eab6d8ad7218bea0fc60198ac94fdb2', 1773342065000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x65c15dfab5bd351d84b1db02b36a1fc0758b48218382e9a9c165073950abcee4', 1773342069000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xa4399ceb3bf2a501116b4e9a3e5c4c8627d199bc587228e961bbb88a3442ebc2', 1773342170000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x9875435b0364d2420215855b991bebe56883c56be6ad5a257b20248f98a9b021', 1773342176000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x3c7dce627e7b6b76c00388b802dbd3abecc8b261e259056c41a13399f2b64efd', 1773342187000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xc23fe01e2001ab877a16955bbea218d4f544af3054cbed40c3feeaf29cd8b7e6', 1773342191000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x1a94dfe1a20a11a4bf3fead3d398cba7ec4548fbe796a3f614e9fedc7a433eed', 1773342194000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x83b5b5be42c986d20ddc071a0a6f3b129e3189bfc55b19df009cc9499c5b8315', 1773342230000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x6e3ecf30e4798451319b81dc044e6daef12d263028ab57daf7385b0cbf8c3ad6', 1773342249000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xd1078a31101beffd448a8d702d13fc47f20a2522ff14b36357c971d77df31465', 1773342254000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x6b9dbc777187e087c0c9e2accfa828747e89822c08e7b27eeac1a1b55618e084', 1773342277000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x0e15da43cf92f62d6046c6b6dc8d9cd8597d9f75a212115df498aabb635bc582', 1773342284000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xfc4cc9d4ec21b418a9b1aa09ebf9b2044f053316e824541d02889131f8c7468c', 1773345297000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xd7ad73e7b601df197f580d6c5f5aa85fc1eb5e2b375fc6e2f718f8a5647808ec', 1773345395000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x6c4203e52f4d9db6ab514a6339842d17a1e55d366107623a83c9e5128809d5d8', 1773345399000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x85ccf8357e6db275c43c51d34e6ff34bf1f99294d6d852236bb6cdf81537710d', 1773345411000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x662c9741876a6ae2507e97ac50cf89153fa745f76e3b1846250d266d9af1985a', 1773342472000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x630fa157ffc329e0fae2bae6ddfd75766392b1e7f430f4cb8072db62f28628b0', 1773342478000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xf2a1c8e7f226cc01beaa40e4cb80a3c1e3d6944b0bc20f1c4646b9aa56ccfbff', 1773345491000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x48d90e01b43bc59044bc3e17fb14f78666760b8448356f0cc4c17caa3501b952', 1773342556000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x35f0a69cb21aadd049878bbd1a077683a41d234cf66ef58542e2a37fa30854de', 1773345623000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x79e3632747f5c0e5353b2de158e71e0acef4155bfef88a19735fc1c852c99788', 1773342639000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x9777698afd836543f6b1844fd106e4e89f03fc92b7dddb36a8e01e08d5308bc8', 1773342644000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xe53a42bfe96ac5d84800473eea522a1c44b57667bf9c2675b461d814342cc685', 1773342649000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x784871a699b86ed5894fbd462e0c5841bef213a8f5d0256b78331166b677db09', 1773345670000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x526f8e4de27b73413617f97dff97307fbe888657b6826f661f108d0baa2c7608', 1773345670000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xdc8cfdb08d6b688ff50e68f948329633bb0b30f71d17b27ccb5d226766c43f7b', 1773342731000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x625fa48ea3cf8820275ae6e47b1cb26d2d1f7c7842cb8c3766a913b3ad62095f', 1773342734000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x56ab418e4f0adaf9add57dfa194021fdf2ddd66d1ee1e91b23e534bc1409aa57', 1773342740000);
INSERT INTO fixture_0d86114.used_once VALUES ('\xe2f9161d523ed46233bd64ff65887446ae5c6450e97700c90aa76521b7a6b65e', 1773342751000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x4e09803c25d611d27d05651c2ef684515ca2761bf5a0fac2773e883d32aa61c7', 1773342754000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x60814cf072e1223bcde45bbba03897da2705ae735c2836d1b363b8b2b06234e6', 1773342758000);
INSERT INTO fixture_0d86114.used_once VALUES ('\x6f78422d96689f92bbd4a23d986f49a847d36569b924ddc8cfd604988f752562', 1773342765000);


--
-- Name: audit_id_seq; Type: SEQUENCE SET; Schema: fixture_0d86114; Owner: -
--

SELECT pg_catalog.setval('fixture_0d86114.audit_id_seq', 221, true);


--
-- Name: delegations_id_seq; Type: SEQUENCE SET; Schema: fixture_0d86114; Owner: -
--

SELECT pg_catalog.setval('fixture_0d86114.delegations_id_seq', 25, true);


--
-- Name: directory_runs_id_seq; Type: SEQUENCE SET; Schema: fixture_0d86114; Owner: -
--

SELECT pg_catalog.setval('fixture_0d86114.directory_runs_id_seq', 2, true);


--
-- Name: identities_id_seq; Type: SEQUENCE SET; Schema: fixture_0d86114; Owner: -
--

SELECT pg_catalog.setval('fixture_0d86114.identities_id_seq', 37, true);


--
-- Name: scim_resources_number_seq; Type: SEQUENCE SET; Schema: fixture_0d86114; Owner: -
--

SELECT pg_catalog.setval('fixture_0d86114.scim_resources_number_seq', 5, true);


--
-- Name: second_factors_id_seq; Type: SEQUENCE SET; Schema: fixture_0d86114; Owner: -
--

SELECT pg_catalog.setval('fixture_0d86114.second_factors_id_seq', 4, true);


--
-- Name: _sqlx_migrations _sqlx_migrations_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);


--
-- Name: accesses accesses_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.accesses
    ADD CONSTRAINT accesses_pkey PRIMARY KEY (tenant, identity, connector);


--
-- Name: account_links account_links_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.account_links
    ADD CONSTRAINT account_links_pkey PRIMARY KEY (hash);


--
-- Name: affiliations affiliations_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.affiliations
    ADD CONSTRAINT affiliations_pkey PRIMARY KEY (identity, source, tenant);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);


--
-- Name: delegations delegations_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.delegations
    ADD CONSTRAINT delegations_pkey PRIMARY KEY (id);


--
-- Name: directory_people directory_people_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.directory_people
    ADD CONSTRAINT directory_people_pkey PRIMARY KEY (source, issuer, subject);


--
-- Name: directory_runs directory_runs_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.directory_runs
    ADD CONSTRAINT directory_runs_pkey PRIMARY KEY (id);


--
-- Name: directory_sources directory_sources_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.directory_sources
    ADD CONSTRAINT directory_sources_pkey PRIMARY KEY (source);


--
-- Name: identities identities_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (id);


--
-- Name: links links_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (source, issuer, subject);


--
-- Name: local_accounts local_accounts_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.local_accounts
    ADD CONSTRAINT local_accounts_pkey PRIMARY KEY (source, login);


--
-- Name: local_accounts local_accounts_source_subject_key; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.local_accounts
    ADD CONSTRAINT local_accounts_source_subject_key UNIQUE (source, subject);


--
-- Name: menus menus_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.menus
    ADD CONSTRAINT menus_pkey PRIMARY KEY (identity);


--
-- Name: pending_accesses pending_accesses_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.pending_accesses
    ADD CONSTRAINT pending_accesses_pkey PRIMARY KEY (tenant, identity, connector);


--
-- Name: proxy_grants proxy_grants_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.proxy_grants
    ADD CONSTRAINT proxy_grants_pkey PRIMARY KEY (source, name);


--
-- Name: recovery_codes recovery_codes_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (identity, source, hash);


--
-- Name: scim_mails scim_mails_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_mails
    ADD CONSTRAINT scim_mails_pkey PRIMARY KEY (source, mail, id);


--
-- Name: scim_members scim_members_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_members
    ADD CONSTRAINT scim_members_pkey PRIMARY KEY (source, holder, member);


--
-- Name: scim_resources scim_resources_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_resources
    ADD CONSTRAINT scim_resources_pkey PRIMARY KEY (number);


--
-- Name: scim_resources scim_resources_source_id_key; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_resources
    ADD CONSTRAINT scim_resources_source_id_key UNIQUE (source, id);


--
-- Name: scim_tokens scim_tokens_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_tokens
    ADD CONSTRAINT scim_tokens_pkey PRIMARY KEY (hash);


--
-- Name: scim_tokens scim_tokens_source_id_key; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_tokens
    ADD CONSTRAINT scim_tokens_source_id_key UNIQUE (source, id);


--
-- Name: second_factor_failures second_factor_failures_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.second_factor_failures
    ADD CONSTRAINT second_factor_failures_pkey PRIMARY KEY (identity);


--
-- Name: second_factors second_factors_credential_key; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.second_factors
    ADD CONSTRAINT second_factors_credential_key UNIQUE (credential);


--
-- Name: second_factors second_factors_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (hash);


--
-- Name: used_once used_once_pkey; Type: CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.used_once
    ADD CONSTRAINT used_once_pkey PRIMARY KEY (key);


--
-- Name: accesses_identity; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX accesses_identity ON fixture_0d86114.accesses USING btree (identity);


--
-- Name: account_links_account; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX account_links_account ON fixture_0d86114.account_links USING btree (source, login);


--
-- Name: affiliations_tenant; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX affiliations_tenant ON fixture_0d86114.affiliations USING btree (tenant, source, identity);


--
-- Name: audit_about; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX audit_about ON fixture_0d86114.audit USING btree (about, id);


--
-- Name: audit_actor; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX audit_actor ON fixture_0d86114.audit USING btree (actor, id);


--
-- Name: audit_tenant; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX audit_tenant ON fixture_0d86114.audit USING btree (tenant, id);


--
-- Name: delegations_giver; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX delegations_giver ON fixture_0d86114.delegations USING btree (giver, tenant);


--
-- Name: delegations_receiver; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX delegations_receiver ON fixture_0d86114.delegations USING btree (receiver, tenant);


--
-- Name: directory_people_gone; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX directory_people_gone ON fixture_0d86114.directory_people USING btree (source, gone_at);


--
-- Name: directory_people_identity; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX directory_people_identity ON fixture_0d86114.directory_people USING btree (identity);


--
-- Name: directory_people_login; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX directory_people_login ON fixture_0d86114.directory_people USING btree (source, lower(login));


--
-- Name: directory_runs_source; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX directory_runs_source ON fixture_0d86114.directory_runs USING btree (source, id);


--
-- Name: identities_mail; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX identities_mail ON fixture_0d86114.identities USING btree (mail);


--
-- Name: links_identity; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX links_identity ON fixture_0d86114.links USING btree (identity);


--
-- Name: pending_accesses_session; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX pending_accesses_session ON fixture_0d86114.pending_accesses USING btree (session);


--
-- Name: proxy_grants_end; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX proxy_grants_end ON fixture_0d86114.proxy_grants USING btree (expires_at);


--
-- Name: scim_mails_id; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX scim_mails_id ON fixture_0d86114.scim_mails USING btree (source, id);


--
-- Name: scim_members_member; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX scim_members_member ON fixture_0d86114.scim_members USING btree (source, member);


--
-- Name: scim_resources_external_id; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE UNIQUE INDEX scim_resources_external_id ON fixture_0d86114.scim_resources USING btree (source, kind, external_id);


--
-- Name: scim_resources_label; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX scim_resources_label ON fixture_0d86114.scim_resources USING btree (source, kind, folded_label);


--
-- Name: scim_resources_list; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX scim_resources_list ON fixture_0d86114.scim_resources USING btree (source, kind, number);


--
-- Name: scim_resources_user_name; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE UNIQUE INDEX scim_resources_user_name ON fixture_0d86114.scim_resources USING btree (source, user_name);


--
-- Name: second_factors_identity; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX second_factors_identity ON fixture_0d86114.second_factors USING btree (identity, source);


--
-- Name: sessions_expiry; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX sessions_expiry ON fixture_0d86114.sessions USING btree (expires_at);


--
-- Name: sessions_identity; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX sessions_identity ON fixture_0d86114.sessions USING btree (identity);


--
-- Name: sessions_provider; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX sessions_provider ON fixture_0d86114.sessions USING btree (source, provider_session);


--
-- Name: sessions_subject; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX sessions_subject ON fixture_0d86114.sessions USING btree (source, issuer, subject);


--
-- Name: used_once_expiry; Type: INDEX; Schema: fixture_0d86114; Owner: -
--

CREATE INDEX used_once_expiry ON fixture_0d86114.used_once USING btree (expires_at);


--
-- Name: audit audit_is_kept; Type: TRIGGER; Schema: fixture_0d86114; Owner: -
--

CREATE TRIGGER audit_is_kept BEFORE DELETE OR UPDATE ON fixture_0d86114.audit FOR EACH ROW EXECUTE FUNCTION fixture_0d86114.audit_is_kept();


--
-- Name: accesses accesses_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.accesses
    ADD CONSTRAINT accesses_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: affiliations affiliations_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.affiliations
    ADD CONSTRAINT affiliations_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: delegations delegations_giver_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.delegations
    ADD CONSTRAINT delegations_giver_fkey FOREIGN KEY (giver) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: delegations delegations_receiver_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.delegations
    ADD CONSTRAINT delegations_receiver_fkey FOREIGN KEY (receiver) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: directory_people directory_people_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.directory_people
    ADD CONSTRAINT directory_people_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: links links_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.links
    ADD CONSTRAINT links_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: local_accounts local_accounts_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.local_accounts
    ADD CONSTRAINT local_accounts_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: menus menus_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.menus
    ADD CONSTRAINT menus_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: pending_accesses pending_accesses_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.pending_accesses
    ADD CONSTRAINT pending_accesses_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: pending_accesses pending_accesses_session_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.pending_accesses
    ADD CONSTRAINT pending_accesses_session_fkey FOREIGN KEY (session) REFERENCES fixture_0d86114.sessions(hash) ON DELETE CASCADE;


--
-- Name: recovery_codes recovery_codes_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.recovery_codes
    ADD CONSTRAINT recovery_codes_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: scim_mails scim_mails_source_id_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_mails
    ADD CONSTRAINT scim_mails_source_id_fkey FOREIGN KEY (source, id) REFERENCES fixture_0d86114.scim_resources(source, id) ON DELETE CASCADE;


--
-- Name: scim_members scim_members_source_holder_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_members
    ADD CONSTRAINT scim_members_source_holder_fkey FOREIGN KEY (source, holder) REFERENCES fixture_0d86114.scim_resources(source, id) ON DELETE CASCADE;


--
-- Name: scim_members scim_members_source_member_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.scim_members
    ADD CONSTRAINT scim_members_source_member_fkey FOREIGN KEY (source, member) REFERENCES fixture_0d86114.scim_resources(source, id) ON DELETE CASCADE;


--
-- Name: second_factor_failures second_factor_failures_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.second_factor_failures
    ADD CONSTRAINT second_factor_failures_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: second_factors second_factors_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.second_factors
    ADD CONSTRAINT second_factors_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- Name: sessions sessions_identity_fkey; Type: FK CONSTRAINT; Schema: fixture_0d86114; Owner: -
--

ALTER TABLE ONLY fixture_0d86114.sessions
    ADD CONSTRAINT sessions_identity_fkey FOREIGN KEY (identity) REFERENCES fixture_0d86114.identities(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


