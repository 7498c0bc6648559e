# Compiles every header of the host side alone: each must include what it uses.
# cmake -DCOMPILER=cc -DROOT=. -P headers.cmake
file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/cpu/*.h ${ROOT}/devices/*.h ${ROOT}/emu/*.h)
list(LENGTH headers count)
if(count EQUAL 0)
    message(FATAL_ERROR "no headers found under ${ROOT}")
endif()
foreach(header ${headers})
    execute_process(
        COMMAND ${COMPILER} -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only
                -I${ROOT} -include ${ROOT}/${header} -x c /dev/null
        RESULT_VARIABLE result ERROR_VARIABLE errors)
    if(NOT result EQUAL 0)
        message(SEND_ERROR "${header} does not compile alone:\n${errors}")
    endif()
endforeach()
message(STATUS "headers: ${count} compile alone")
