-- The house sales of test/data/ames.csv.
CREATE TABLE ames (
  sale_price float8, gr_liv_area float8, lot_area float8, total_bsmt_sf float8, first_flr_sf float8,
  second_flr_sf float8, garage_cars float8, garage_area float8, year_built float8, year_remod_add float8,
  full_bath float8, half_bath float8, bedroom_abvgr float8, totrms_abvgrd float8, fireplaces float8,
  lot_frontage float8, mas_vnr_area float8, wood_deck_sf float8, open_porch_sf float8,
  overall_cond text, neighborhood text, bldg_type text, house_style text, ms_zoning text,
  central_air text, foundation text, year_sold float8, mo_sold float8
);
\copy ames FROM 'test/data/ames.csv' WITH (FORMAT csv, HEADER true)
