/* FPATAN. SDM vol. 2A, FPATAN. */
case "st0=3fff:8000000000000000 st1=0:0", "st0=0:0 sw=800 st7=empty", fpatan
case "st0=0:0 st1=3fff:8000000000000000", "st0=3fff:c90fdaa22168c235 sw=a20", fpatan
case "st0=bfff:8000000000000000 st1=0:0", "st0=4000:c90fdaa22168c235 sw=a20", fpatan
