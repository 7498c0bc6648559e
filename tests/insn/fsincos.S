/* FSINCOS: the cosine on top of the sine. SDM vol. 2A, FSINCOS. */
case "st0=0:0", "st0=3fff:8000000000000000 st1=0:0 sw=3800", fsincos
case "st0=403e:8000000000000000", "st0=403e:8000000000000000 sw=400", fsincos
