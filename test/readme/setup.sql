-- What the README takes for granted: run by test/tap/readme.pl before its first block.
CREATE ROLE analyst;
\ir ames.sql
CREATE TABLE sales AS
  SELECT row_number() OVER (ORDER BY sale_price, lot_area) AS id, sale_price AS price, gr_liv_area AS area, totrms_abvgrd AS rooms,
    ARRAY[gr_liv_area, lot_area, total_bsmt_sf, first_flr_sf, second_flr_sf, garage_cars, garage_area, year_built, year_remod_add,
      full_bath, half_bath, bedroom_abvgr, totrms_abvgrd, fireplaces, lot_frontage, mas_vnr_area, wood_deck_sf, open_porch_sf] AS x
  FROM ames;
CREATE TABLE five (area float8, rooms int, price float8);
INSERT INTO five VALUES (150, 3, 200000), (200, 3, 250000), (250, 4, 300000), (300, 4, 350000), (350, 5, 400000);
CREATE TABLE passengers AS
  SELECT i * 13 % 17 < 4 + i % 3 * 4 AS survived, 5 + i * 29 % 61 AS age, 7 + i % 3 * 11 + i * 7 % 5 AS fare,
    (ARRAY['third', 'second', 'first'])[1 + i % 3] AS class, i * i % 7 % 3 AS siblings FROM generate_series(1, 200) i;
CREATE TABLE prices AS SELECT date '2026-01-01' + i AS day, sin(i) + i * 0.01 AS y, ARRAY[sin(i), cos(i * 0.3)] AS x FROM generate_series(1, 300) i;
CREATE TABLE two_days AS SELECT l2_gram_agg(y, x) FILTER (WHERE day < '2026-06-01') AS yesterday, l2_gram_agg(y, x) FILTER (WHERE day >= '2026-06-01') AS today FROM prices;
CREATE TABLE orders AS SELECT timestamptz '2026-01-01' + i * interval '3 hours' AS placed, i % 7 AS items, 20.0 * (i % 7) + i % 5 AS amount FROM generate_series(1, 400) i;
