# Puts the three sizes of Spleen, where Debian's fonts-spleen is installed, into a C file as bytes.
set(FORKSCOPE_FONTS /usr/share/consolefonts CACHE PATH "Folder with spleen-8x16.psfu.gz and others")
find_program(GZIP gzip)

function(font_array out name)
    set(packed ${FORKSCOPE_FONTS}/spleen-${name}.psfu.gz)
    set(${out} "" PARENT_SCOPE)
    if(NOT GZIP OR NOT EXISTS ${packed})
        return()
    endif()
    execute_process(COMMAND ${GZIP} -dc ${packed}
        OUTPUT_FILE ${CMAKE_CURRENT_BINARY_DIR}/${name}.psfu RESULT_VARIABLE failed)
    if(NOT failed)
        file(READ ${CMAKE_CURRENT_BINARY_DIR}/${name}.psfu hex HEX)
        string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
        string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
        set(${out} "${bytes}" PARENT_SCOPE)
    endif()
endfunction()

set(arrays "")
set(rows "")
foreach(size 8x16 12x24 16x32)
    font_array(bytes ${size})
    if(bytes)
        string(APPEND arrays "static const uint8_t spleen_${size}[] = {\n${bytes}\n};\n")
        string(APPEND rows "    {spleen_${size}, sizeof(spleen_${size})},\n")
    else()
        string(APPEND rows "    {NULL, 0},\n")
        message(STATUS "fonts-spleen is not installed: the viewer's ${size} letters are its own")
    endif()
endforeach()
file(CONFIGURE OUTPUT view_font_files.c @ONLY CONTENT
"/* Made by emu/viewer/fonts.cmake. Spleen: copyright (c) 2018-2020 Frederic Cambus, BSD-2-Clause. */
#include <stddef.h>

#include \"emu/viewer/view_font.h\"

@arrays@
const struct view_font_file view_font_files[VIEW_FONT_SIZES] = {
@rows@};
")
